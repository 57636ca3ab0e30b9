using Ferry.AspNetCore.Telemetry;

namespace Ferry.AspNetCore.Storage;

/// <summary>Makes an upload of the files that are found: carries out what <see cref="UploadRecovery"/> decides.</summary>
internal static class UploadOpening
{
    /// <summary>Opens it; null where nothing can be made of it, and then its files are removed.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="hold">Its lock in this process.</param>
    /// <param name="record">Its record, locked.</param>
    public static HeldUpload? Open(UploadContext context, UploadLocks.Hold hold, UploadRecord record)
    {
        if (record is not { State: { } state, Info: { } info })
            return Dropped(context, hold.Id);
        var work = state.Phase is UploadPhase.Receiving or UploadPhase.Finishing ? WorkFile.Open(context.Paths.Bytes(info.Id)) : null;
        var recovery = UploadRecovery.Decide(state, work?.Length, work?.Inode, context.BootId);
        var upload = new HeldUpload(context, hold, record, work, recovery.Offset);
        switch (recovery.Kind)
        {
            case RecoveryKind.GoOn:
                GoOn(context, upload, work!, state);
                return upload;
            case RecoveryKind.FindPublished when UploadPublisher.FindPublished(context, state) is { } name:
                upload.Named(name);
                return upload;
            case RecoveryKind.Publish or RecoveryKind.Ended:
                return upload;
            default:
                work?.Dispose();
                UploadLog.Damaged(context.Log, info.Id, state.Flushed, work?.Length);
                return Dropped(context, info.Id);
        }
    }

    // Bytes that do not count are cut off before the record may say that everything of this boot counts.
    private static void GoOn(UploadContext context, HeldUpload upload, WorkFile work, UploadState state)
    {
        work.Truncate(upload.Offset);
        if (state.BootId != context.BootId || state.UncheckedFrom is not null)
            upload.Write(state with { BootId = context.BootId, UncheckedFrom = null });
    }

    private static HeldUpload? Dropped(UploadContext context, string id)
    {
        File.Delete(context.Paths.Bytes(id));
        File.Delete(context.Paths.Record(id));
        return null;
    }
}
