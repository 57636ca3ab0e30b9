namespace Ferry.AspNetCore.Storage;

/// <summary>What a record and a work file mean together.</summary>
internal enum RecoveryKind
{
    /// <summary>It goes on from <see cref="Recovery.Offset"/>; what the work file has beyond that does not count and is cut off.</summary>
    GoOn,

    /// <summary>The work file is whole and is to be given its name, if it has none yet beside the work file's.</summary>
    Publish,

    /// <summary>The work file is gone, or is not the one there was: it was given its name already, or copied, or is lost.</summary>
    FindPublished,

    /// <summary>Nothing is to be done.</summary>
    Ended,

    /// <summary>Bytes that were acknowledged are not there: something else changed the files. The upload cannot be saved.</summary>
    Damaged,
}

/// <summary>What a record and a work file mean together.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Offset">Bytes from zero that count.</param>
internal readonly record struct Recovery(RecoveryKind Kind, long Offset);

/// <summary>Decides what counts of an upload that is opened, whatever happened to the process or the machine since it was closed.</summary>
internal static class UploadRecovery
{
    /// <summary>Decides.</summary>
    /// <param name="state">What the record says.</param>
    /// <param name="workLength">The length of the work file, or null where there is none.</param>
    /// <param name="workInode">Its inode, or null where unknown.</param>
    /// <param name="bootId">The kernel's boot id now; empty where it is not known, so that any boot may be another one.</param>
    public static Recovery Decide(UploadState state, long? workLength, string? workInode, string bootId) => state.Phase switch
    {
        UploadPhase.Receiving => Receiving(state, workLength, bootId),
        UploadPhase.Finishing when workLength == state.Length && (state.FileId is null || state.FileId == workInode) =>
            new Recovery(IsSameBoot(state, bootId) || state.Flushed == state.Length ? RecoveryKind.Publish : RecoveryKind.Damaged, state.Length!.Value),
        UploadPhase.Finishing => new Recovery(RecoveryKind.FindPublished, state.Length ?? 0),
        UploadPhase.Finished => new Recovery(RecoveryKind.Ended, state.Length ?? 0),
        _ => new Recovery(RecoveryKind.Ended, 0),
    };

    private static Recovery Receiving(UploadState state, long? workLength, string bootId)
    {
        if (workLength is not { } written || written < state.Flushed)
            return new Recovery(RecoveryKind.Damaged, 0);
        var counts = IsSameBoot(state, bootId) ? written : state.Flushed;
        return new Recovery(RecoveryKind.GoOn, Math.Min(counts, Math.Min(state.UncheckedFrom ?? long.MaxValue, state.Length ?? long.MaxValue)));
    }

    private static bool IsSameBoot(UploadState state, string bootId) => bootId.Length > 0 && state.BootId == bootId;
}
