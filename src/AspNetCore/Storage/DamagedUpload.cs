namespace Ferry.AspNetCore.Storage;

/// <summary>
/// Sets the files of an upload aside that nothing can be made of: its client is told that there is no such upload, and a person can look at
/// them for a while.
/// </summary>
internal static class DamagedUpload
{
    /// <summary>Sets them aside.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="id">The upload; its record is locked.</param>
    /// <exception cref="IOException">The file system refused; the next one who looks tries again.</exception>
    public static void SetAside(UploadContext context, string id)
    {
        // The record goes last: a work file without one would be nobody's.
        Move(context, context.Paths.Bytes(id));
        Move(context, context.Paths.Record(id));
        context.FlushedRecords.TryRemove(id, out _);
    }

    private static void Move(UploadContext context, string path)
    {
        try
        {
            // From now on it is kept.
            File.SetLastWriteTimeUtc(path, context.Time.GetUtcNow().UtcDateTime);
            File.Move(path, UploadPaths.Damaged(path), overwrite: true);
        }
        catch (FileNotFoundException)
        {
            return;
        }
        if (context.Flushes)
            context.Device.FlushDirectory(context.Paths.Work);
    }
}
