using Ferry.AspNetCore.Telemetry;
using Ferry.Engine.Downloads;

namespace Ferry.AspNetCore.Storage;

/// <summary>
/// Gives a whole work file its name, never over another file, and finds out after a crash whether that was done. Where the file system cannot
/// rename without replacing, the file is linked to its name first and the work file's name goes then: a crash in between leaves both.
/// </summary>
internal static class UploadPublisher
{
    /// <summary>Publishes.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="upload">An upload in <see cref="UploadPhase.Finishing"/>.</param>
    /// <returns>The name the file has.</returns>
    /// <exception cref="IOException">The file system refused.</exception>
    public static string Publish(UploadContext context, HeldUpload upload)
    {
        try
        {
            return Publish(context, upload, upload.State.Name!);
        }
        // A name that this file system does not take would keep the upload from ever ending; its id is no such name.
        catch (Exception e) when (FileErrors.IsFileFailure(e) && !FileErrors.IsDiskFull(e) && upload is { IsPublished: false } && upload.State.Name != upload.Id)
        {
            var name = Publish(context, upload, upload.Id);
            UploadLog.NameRefused(context.Log, upload.Id, e.GetType().Name);
            return name;
        }
    }

    /// <summary>The name of the file, where it was given one before a crash; null where it has none. Ends what the crash left undone.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="state">A state in <see cref="UploadPhase.Finishing"/>.</param>
    /// <param name="id">The upload.</param>
    /// <exception cref="IOException">The file system refused.</exception>
    public static string? FindPublished(UploadContext context, UploadState state, string id) =>
        Find(context, state, id) is { } found ? Settled(context, context.Paths.Bytes(id), found) : null;

    /// <summary>Whether the file has its name.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="state">A state in <see cref="UploadPhase.Finishing"/>.</param>
    /// <param name="id">The upload.</param>
    public static bool IsPublished(UploadContext context, UploadState state, string id) =>
        !File.Exists(context.Paths.Bytes(id)) || Find(context, state, id) is not null;

    private static string Publish(UploadContext context, HeldUpload upload, string wanted)
    {
        var bytes = context.Paths.Bytes(upload.Id);
        foreach (var target in Targets(context, wanted))
        {
            var result = context.Device.Rename(bytes, target);
            if (result is FileNames.Result.SourceMissing)
                throw new IOException($"The work file of the upload {upload.Id} is gone: something else removed '{bytes}'.");
            if (result is FileNames.Result.Done)
                return Settled(context, bytes, target);
        }
        throw new IOException($"Every name like '{wanted}' is taken in '{context.Paths.Finished}': move some of the files.");
    }

    private static string? Find(UploadContext context, UploadState state, string id)
    {
        var named = Targets(context, state.Name!).TakeWhile(t => FileId.KindOf(t) is not FileId.Kind.Nothing);
        if (state.FileId is not null)
        {
            // Names before it may have come free since; an inode is known under any name.
            return named.Concat(Directory.EnumerateFiles(context.Paths.Finished))
                .FirstOrDefault(t => FileId.Of(t)?.InodeText == state.FileId && IsWhole(t, state));
        }
        return File.Exists(context.Paths.Bytes(id)) ? null : named.Prepend(Path.Combine(context.Paths.Finished, id)).FirstOrDefault(t => IsWhole(t, state));
    }

    private static bool IsWhole(string path, UploadState state) =>
        FileId.KindOf(path) is FileId.Kind.File && new FileInfo(path).Length == state.Length;

    private static IEnumerable<string> Targets(UploadContext context, string wanted) =>
        FileNames.Numbered(Path.Combine(context.Paths.Finished, wanted));

    // The name survives a loss of power only once its directory was flushed. A name of the work file that is left goes after that, so that
    // the file has one on the device at any time.
    private static string Settled(UploadContext context, string bytes, string target)
    {
        if (context.Flushes)
            context.Device.FlushDirectory(context.Paths.Finished);
        File.Delete(bytes);
        if (context.Flushes)
            context.Device.FlushDirectory(context.Paths.Work);
        return Path.GetFileName(target);
    }
}
