using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>What <c>ferry request</c> was asked for.</summary>
/// <param name="Request">The request, as far as the command line says it.</param>
internal sealed record RequestArguments(TransferRequest Request)
{
    /// <summary>Whether the body goes out chunk by chunk as it comes.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether to print JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether to print the header before the body.</summary>
    public bool Include { get; init; }

    /// <summary>The directory the response cache is kept in between runs, or null for none.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Whether to show causes and stack traces.</summary>
    public bool Verbose { get; init; }
}
