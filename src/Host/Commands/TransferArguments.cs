using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>What a command that runs transfers was asked for, as written: what <c>ferry get</c> and <c>ferry put</c> have in common.</summary>
internal abstract record TransferArguments
{
    /// <summary>1 to 1000, larger is more urgent: none for the default, one for all transfers, or one for each in their order.</summary>
    public IReadOnlyList<int> Priorities { get; init; } = [];

    /// <summary>Header fields to send.</summary>
    public IReadOnlyList<HeaderField> Headers { get; init; } = [];

    /// <summary>The most bytes a second for each transfer; zero for no limit.</summary>
    public long LimitRate { get; init; }

    /// <summary>Transfers at a time, or null for the configured number.</summary>
    public int? Parallel { get; init; }

    /// <summary>Repetitions of an attempt that brought nothing, or null for the default.</summary>
    public int? Retries { get; init; }

    /// <summary>What the transfer survives.</summary>
    public Durability Durability { get; init; }

    /// <summary>The data directory, or null for one of its own.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Whether to print JSON lines.</summary>
    public bool Json { get; init; }

    /// <summary>Whether to print nothing but errors.</summary>
    public bool Quiet { get; init; }

    /// <summary>Whether to show causes and stack traces.</summary>
    public bool Verbose { get; init; }

    /// <summary>The options both directions have.</summary>
    /// <param name="place">Which transfer of the command, from 0.</param>
    public RequestOptions Options(int place = 0) => new()
    {
        Priority = Priorities switch
        {
            [] => Priority.Min,
            [var all] => all,
            var each => each[Math.Min(place, each.Count - 1)],
        },
        Headers = Headers,
        LimitRate = LimitRate,
        Retry = Retries is { } retries ? new RetryOptions { MaxRetries = retries } : null,
    };
}
