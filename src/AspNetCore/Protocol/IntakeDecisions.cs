using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Protocol;

/// <summary>How a body ended.</summary>
internal enum BodyEnd
{
    /// <summary>It came whole.</summary>
    Whole,

    /// <summary>The connection broke, or the client sent something that is not HTTP.</summary>
    Broken,

    /// <summary>The client sent so little for so long that the server gave it up.</summary>
    Stalled,

    /// <summary>Another request of the same upload asked for the lock.</summary>
    Interrupted,

    /// <summary>The host stops.</summary>
    Stopping,

    /// <summary>It has more bytes than the upload has room.</summary>
    TooLong,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The disk failed.</summary>
    DiskFailed,
}

/// <summary>What the check of a body said.</summary>
internal enum CheckResult
{
    /// <summary>There was nothing to check.</summary>
    NotAsked,

    /// <summary>The digests are the same.</summary>
    Match,

    /// <summary>They are not.</summary>
    Mismatch,

    /// <summary>The trailer that was announced did not come, or cannot be read.</summary>
    Missing,
}

/// <summary>What becomes of a body, and the answer.</summary>
/// <param name="Keep">Whether its bytes count; otherwise the upload goes back to where it was before the request.</param>
/// <param name="Refusal">The answer where it is not a success; null otherwise.</param>
internal readonly record struct IntakeVerdict(bool Keep, UploadRefusedException? Refusal);

/// <summary>What becomes of a body once it ended.</summary>
internal static class IntakeDecisions
{
    /// <summary>The status of tus for a digest that does not match.</summary>
    public const int ChecksumMismatch = 460;

    /// <summary>Decides.</summary>
    /// <param name="end">How the body ended.</param>
    /// <param name="isChecked">Whether the body has to be checked as a whole before a byte of it counts.</param>
    /// <param name="check">What the check of a whole body said.</param>
    /// <param name="limit">The upload's length, or the largest length; null for no limit.</param>
    public static IntakeVerdict After(BodyEnd end, bool isChecked, CheckResult check, long? limit) => end switch
    {
        BodyEnd.Whole => AfterCheck(check),
        BodyEnd.TooLong => new IntakeVerdict(false, PatchPlan.BeyondEnd(limit ?? long.MaxValue)),
        BodyEnd.Broken => Broken(isChecked, StatusCodes.Status400BadRequest, "The body ended early"),
        // Not 408: clients take a 4xx of their own for final, and this one may be sent on.
        BodyEnd.Stalled => Broken(isChecked, StatusCodes.Status503ServiceUnavailable, "The body came too slowly"),
        BodyEnd.Interrupted => Broken(isChecked, StatusCodes.Status423Locked, "Another request took this upload over"),
        BodyEnd.Stopping => Broken(isChecked, StatusCodes.Status503ServiceUnavailable, "The receiver stops"),
        BodyEnd.DiskFull => Broken(isChecked, StatusCodes.Status507InsufficientStorage, "The receiver's disk is full"),
        _ => Broken(isChecked, StatusCodes.Status500InternalServerError, "The receiver's disk failed"),
    };

    private static IntakeVerdict AfterCheck(CheckResult check) => check switch
    {
        CheckResult.Mismatch => new IntakeVerdict(false, new UploadRefusedException(
            ChecksumMismatch, $"The bytes do not match {TusNames.Checksum}: send them again. Nothing of them was kept.")),
        CheckResult.Missing => new IntakeVerdict(false, new UploadRefusedException(
            StatusCodes.Status400BadRequest, $"The trailer {TusNames.Checksum} was announced and cannot be read: send {UploadChecksum.Algorithms} and the digest. Nothing was kept.")),
        _ => new IntakeVerdict(true, null),
    };

    private static IntakeVerdict Broken(bool isChecked, int status, string what) => new(!isChecked, new UploadRefusedException(
        status, isChecked ? $"{what}: nothing of the body was kept, send it again." : $"{what}: what came is kept, ask HEAD for the offset and go on from there."));
}
