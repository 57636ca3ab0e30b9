namespace Ferry.Interop.Tests.Tus;

/// <summary>What a server is started with.</summary>
internal sealed record TusServerOptions
{
    /// <summary>The largest upload in bytes; null for no limit.</summary>
    public long? MaxSize { get; init; }

    /// <summary>How long an unfinished upload is kept; null for the server's own default.</summary>
    public TimeSpan? Expiration { get; init; }

    /// <summary>How far the server's clock is ahead; ours alone knows it.</summary>
    public TimeSpan? ClockAhead { get; init; }

    /// <summary>As its program takes them.</summary>
    public IEnumerable<string> AsArguments =>
    [
        .. Arguments.Option("--max-size", MaxSize),
        .. Arguments.Option("--expiration", Expiration?.TotalMilliseconds),
        .. Arguments.Option("--clock-ahead", ClockAhead?.TotalMilliseconds),
    ];
}
