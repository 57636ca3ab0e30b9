namespace Ferry.Engine.Ranges;

/// <summary>What an upload sends and how it can go on, as it is journaled before its first byte.</summary>
public sealed record UploadIdentity
{
    /// <summary>Which versions of which files are sent, one line each; null where no file is. What continues an upload must send the same.</summary>
    public string? Source { get; init; }

    /// <summary>Whether it goes on where it stopped (tus); otherwise it is sent from its start again.</summary>
    public bool CanContinue { get; init; }

    /// <summary>Whether it must not be sent a second time: a POST or PATCH that its caller does not call idempotent (spec/http.md rule 32).</summary>
    public bool SendOnce { get; init; }

    /// <summary>The checksum algorithm its chunks are sent with, or null for none.</summary>
    public string? Checksum { get; init; }

    /// <summary>Whether its length is still to be told to the server.</summary>
    public bool LengthDeferred { get; init; }
}
