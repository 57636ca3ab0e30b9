using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>What <c>ferry get</c> was asked for, as written.</summary>
internal sealed record GetArguments
{
    /// <summary>The URLs, in the order given.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The file to save the one URL as, or null.</summary>
    public string? Output { get; init; }

    /// <summary>The directory to save into, or null for the current one.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether the server names the file.</summary>
    public bool RemoteName { get; init; }

    /// <summary>1 to 1000, larger is more urgent: none for the default, one for all URLs, or one for each in their order.</summary>
    public IReadOnlyList<int> Priorities { get; init; } = [];

    /// <summary>Header fields to send.</summary>
    public IReadOnlyList<HeaderField> Headers { get; init; } = [];

    /// <summary>The most bytes a second for each transfer; zero for no limit.</summary>
    public long LimitRate { get; init; }

    /// <summary>Transfers at a time, or null for the configured number.</summary>
    public int? Parallel { get; init; }

    /// <summary>Repetitions of an attempt that brought nothing, or null for the default.</summary>
    public int? Retries { get; init; }

    /// <summary>What to do where the target exists.</summary>
    public ExistingTarget IfExists { get; init; }

    /// <summary>Whether to compute the SHA-256.</summary>
    public bool Sha256 { get; init; }

    /// <summary>The SHA-256 the one file must have, or null.</summary>
    public string? ExpectedSha256 { get; init; }

    /// <summary>What the download survives.</summary>
    public Durability Durability { get; init; }

    /// <summary>The data directory, or null for one of its own.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Whether to print JSON lines.</summary>
    public bool Json { get; init; }

    /// <summary>Whether to print nothing but errors.</summary>
    public bool Quiet { get; init; }

    /// <summary>Whether to show causes and stack traces.</summary>
    public bool Verbose { get; init; }
}
