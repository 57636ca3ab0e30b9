using Ferry.AspNetCore.Telemetry;
using Ferry.Engine.Downloads;

namespace Ferry.AspNetCore.Storage;

/// <summary>
/// Makes the files of an upload. Its record gets its name only once it is locked and written whole: a sweep of another process that came
/// between the making of a file and the lock on it would take it for one that a crash left.
/// </summary>
internal static class UploadCreation
{
    /// <summary>Makes them, durable before this returns.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="hold">The lock of a new id in this process; stays held where this throws.</param>
    /// <param name="length">Its length in bytes, or null where it is told later.</param>
    /// <param name="metadata">Upload-Metadata as it came.</param>
    /// <exception cref="IOException">The disk is full or failed; nothing is left.</exception>
    public static HeldUpload Create(UploadContext context, UploadLocks.Hold hold, long? length, string metadata)
    {
        var (id, paths) = (hold.Id, context.Paths);
        UploadRecord? record = null;
        WorkFile? work = null;
        try
        {
            record = UploadRecord.Create(paths.NewRecord(id), context.Device);
            record.Fill(new UploadInfo(id, metadata), First(context, length));
            if (context.Flushes)
                record.Flush(context.Device);
            work = WorkFile.Create(paths.Bytes(id));
            record.MoveTo(paths.Record(id));
            if (context.Flushes)
            {
                context.Device.FlushDirectory(paths.Work);
                context.FlushedRecords[id] = record.Sequence;
            }
            return new HeldUpload(context, hold, record, work, 0);
        }
        catch
        {
            Discard(context, id, record, work);
            throw;
        }
    }

    private static UploadState First(UploadContext context, long? length) => new()
    {
        Phase = UploadPhase.Receiving,
        Length = length,
        BootId = context.BootId,
        Touched = context.Time.GetUtcNow(),
    };

    // What was not made here is another upload's.
    private static void Discard(UploadContext context, string id, UploadRecord? record, WorkFile? work)
    {
        try
        {
            if (work is not null)
                File.Delete(context.Paths.Bytes(id));
            if (record is not null)
                File.Delete(record.Path);
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            UploadLog.NotRemoved(context.Log, id, new LoggedFailure(e));
        }
        work?.Dispose();
        record?.Dispose();
    }
}
