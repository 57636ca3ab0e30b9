using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>What <c>ferry get</c> was asked for, as written.</summary>
internal sealed record GetArguments : TransferArguments
{
    /// <summary>The URLs, in the order given.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The file to save the one URL as, or null.</summary>
    public string? Output { get; init; }

    /// <summary>The directory to save into, or null for the current one.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether the server names the file.</summary>
    public bool RemoteName { get; init; }

    /// <summary>What to do where the target exists.</summary>
    public ExistingTarget IfExists { get; init; }

    /// <summary>Whether to compute the SHA-256.</summary>
    public bool Sha256 { get; init; }

    /// <summary>The SHA-256 the one file must have, or null.</summary>
    public string? ExpectedSha256 { get; init; }
}
