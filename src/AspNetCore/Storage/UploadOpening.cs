using Ferry.AspNetCore.Telemetry;

namespace Ferry.AspNetCore.Storage;

/// <summary>Makes an upload of the files that are found: carries out what <see cref="UploadRecovery"/> decides.</summary>
internal static class UploadOpening
{
    /// <summary>Opens it; null where nothing can be made of it, and then its files are set aside and the record is closed.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="hold">Its lock in this process; stays held where this gives null or throws.</param>
    /// <param name="record">Its record, locked.</param>
    public static HeldUpload? Open(UploadContext context, UploadLocks.Hold hold, UploadRecord record)
    {
        WorkFile? work = null;
        HeldUpload? upload = null;
        try
        {
            if (record is not { State: { } state, Problem: null })
            {
                DamagedUpload.SetAside(context, hold.Id);
                UploadLog.Unreadable(context.Log, hold.Id, record.Problem!);
                return null;
            }
            if (state.Phase is UploadPhase.Receiving or UploadPhase.Finishing)
                work = WorkFile.Open(context.Paths.Bytes(hold.Id));
            return upload = Recover(context, hold, record, work, state);
        }
        finally
        {
            if (upload is null)
            {
                work?.Dispose();
                record.Dispose();
            }
        }
    }

    private static HeldUpload? Recover(UploadContext context, UploadLocks.Hold hold, UploadRecord record, WorkFile? work, UploadState state)
    {
        var recovery = UploadRecovery.Decide(state, work?.Length, work?.Inode, context.BootId);
        var upload = new HeldUpload(context, hold, record, work, recovery.Offset);
        switch (recovery.Kind)
        {
            case RecoveryKind.GoOn:
                GoOn(context, upload, work!, state);
                return upload;
            case RecoveryKind.FindPublished when work is not null && work.Inode != state.FileId && work.Length == state.Length:
                // The directory was copied before the rename: what is there is not known by the inode it had.
                upload.Write(state with { FileId = work.Inode });
                return Recover(context, hold, record, work, upload.State);
            case RecoveryKind.Publish or RecoveryKind.FindPublished when UploadPublisher.FindPublished(context, state, hold.Id) is { } name:
                upload.Named(name);
                return upload;
            case RecoveryKind.Ended when state.Phase is UploadPhase.Expired:
                // The process may have ended before they were removed.
                File.Delete(context.Paths.Bytes(hold.Id));
                return upload;
            case RecoveryKind.Publish or RecoveryKind.Ended:
                return upload;
            default:
                UploadLog.Damaged(context.Log, hold.Id, state.Flushed, work?.Length);
                DamagedUpload.SetAside(context, hold.Id);
                return null;
        }
    }

    // Bytes that do not count are cut off before the record may say that everything of this boot counts.
    private static void GoOn(UploadContext context, HeldUpload upload, WorkFile work, UploadState state)
    {
        work.Truncate(upload.Offset);
        if (state.BootId != context.BootId || state.UncheckedFrom is not null)
            upload.Write(state with { BootId = context.BootId, UncheckedFrom = null });
    }
}
