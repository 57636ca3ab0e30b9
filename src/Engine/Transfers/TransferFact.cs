using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Transfers;

/// <summary>A fact of one transfer that a durable transfer journals. State is what the facts say, in order.</summary>
public abstract record TransferFact;

/// <summary>The version of the resource that the bytes belong to.</summary>
/// <param name="Identity">Final URL, validator, length.</param>
public sealed record Identified(ResourceIdentity Identity) : TransferFact;

/// <summary>How far the part file was written. Bytes from zero to <paramref name="Written"/> are in the file (rule 44).</summary>
/// <param name="Written">Bytes written from the start.</param>
/// <param name="Flushed">Bytes of these that were flushed to the device.</param>
/// <param name="BootId">The kernel's boot id at the time: after another boot only <paramref name="Flushed"/> counts.</param>
public sealed record Checkpointed(long Written, long Flushed, string BootId) : TransferFact;

/// <summary>The bytes received so far were dropped; what follows belongs to a new version or a new try from byte zero.</summary>
/// <param name="Reason">Why.</param>
public sealed record Restarted(RestartReason Reason) : TransferFact;

/// <summary>An attempt broke and is repeated.</summary>
/// <param name="Retry">Which repetition since the last progress this will be, from 1.</param>
/// <param name="NotBefore">The earliest time of the next attempt.</param>
/// <param name="Error">What broke the attempt.</param>
/// <param name="WholeOrigin">Whether the server named the time (Retry-After), so that it holds for the whole origin (rule 31).</param>
public sealed record RetryScheduled(int Retry, DateTimeOffset NotBefore, TransferError Error, bool WholeOrigin) : TransferFact;

/// <summary>Of what must be sent once only, nothing was sent: it is prepared anew, and is not in doubt meanwhile.</summary>
public sealed record NothingSent : TransferFact;

/// <summary>Length and digest were checked; the part file may be given the target's name. Journaled before the rename.</summary>
/// <param name="Length">The length in bytes.</param>
/// <param name="Sha256">The SHA-256 in lower-case hexadecimal, where asked for.</param>
/// <param name="TargetPath">The name it gets, or null where the body goes to no file.</param>
public sealed record Verified(long Length, string? Sha256, string? TargetPath) : TransferFact
{
    /// <summary>The inode of the part file, which a rename keeps: tells after a crash whether the rename was done. Null where unknown.</summary>
    public string? FileId { get; init; }

    /// <summary>The boot at which a file was checked that is not flushed; null where it is, or where the body went to no file.</summary>
    public string? UnflushedSinceBoot { get; init; }
}

/// <summary>The transfer ended. Nothing follows but <see cref="Reopened"/>.</summary>
/// <param name="Outcome">How.</param>
public sealed record Ended(TransferOutcome Outcome) : TransferFact;

/// <summary>A transfer that failed, or was cancelled keeping its part file, is tried again from the bytes it kept.</summary>
public sealed record Reopened : TransferFact;

/// <summary>How a transfer ended.</summary>
[System.Text.Json.Serialization.JsonDerivedType(typeof(CompletedOutcome), "completed")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(FailedOutcome), "failed")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(CancelledOutcome), "cancelled")]
public abstract record TransferOutcome;

/// <summary>It ended well.</summary>
/// <param name="Length">The length of the body in bytes.</param>
/// <param name="Sha256">The SHA-256 in lower-case hexadecimal, where asked for.</param>
/// <param name="Path">The file's path, or null where the body went to no file.</param>
public sealed record CompletedOutcome(long Length, string? Sha256, string? Path) : TransferOutcome
{
    /// <summary>Which version it is, so that whoever asks for it again can be told whether the server still has it; null where it was never known.</summary>
    public ResourceIdentity? Identity { get; init; }

    /// <summary>Two outcomes are the same when the same was delivered to the same place; how to ask for it again does not count.</summary>
    /// <param name="other">The other outcome.</param>
    public bool Equals(CompletedOutcome? other) =>
        other is not null && (Length, Sha256, Path) == (other.Length, other.Sha256, other.Path);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Length, Sha256, Path);
}

/// <summary>It failed.</summary>
/// <param name="Error">Why.</param>
public sealed record FailedOutcome(TransferError Error) : TransferOutcome;

/// <summary>It was cancelled.</summary>
/// <param name="PartKept">Whether the part file was kept.</param>
public sealed record CancelledOutcome(bool PartKept) : TransferOutcome;
