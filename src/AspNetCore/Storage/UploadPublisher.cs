using Ferry.Engine.Downloads;

namespace Ferry.AspNetCore.Storage;

/// <summary>Gives a whole work file its name, atomically and never over another file, and finds out after a crash whether that was done.</summary>
internal static class UploadPublisher
{
    /// <summary>Publishes.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="upload">An upload in <see cref="UploadPhase.Finishing"/>.</param>
    /// <returns>The name the file has.</returns>
    /// <exception cref="IOException">The file system refused.</exception>
    public static string Publish(UploadContext context, HeldUpload upload)
    {
        var bytes = context.Paths.Bytes(upload.Id);
        foreach (var target in Targets(context, upload.State))
        {
            var result = FileNames.Rename(bytes, target, replace: false);
            if (result is FileNames.Result.SourceMissing)
                throw new IOException($"The work file of the upload {upload.Id} is gone: something else removed '{bytes}'.");
            if (result is FileNames.Result.Done)
                return Flushed(context, target);
        }
        throw new IOException($"Every name like '{upload.State.Name}' is taken in '{context.Paths.Finished}': move some of the files.");
    }

    /// <summary>The name of the file, where the rename was done before a crash; null where the file is nowhere.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="state">A state in <see cref="UploadPhase.Finishing"/>.</param>
    public static string? FindPublished(UploadContext context, UploadState state)
    {
        var named = Targets(context, state).TakeWhile(t => FileId.KindOf(t) is not FileId.Kind.Nothing);
        // Names before it may have come free since; an inode is known under any name.
        var candidates = state.FileId is null ? named : named.Concat(Directory.EnumerateFiles(context.Paths.Finished));
        var found = candidates.FirstOrDefault(t => FileId.KindOf(t) is FileId.Kind.File && new FileInfo(t).Length == state.Length
            && (state.FileId is null || FileId.Of(t)?.InodeText == state.FileId));
        return found is null ? null : Flushed(context, found);
    }

    private static IEnumerable<string> Targets(UploadContext context, UploadState state) =>
        FileNames.Numbered(Path.Combine(context.Paths.Finished, state.Name!));

    // The name survives a loss of power only once the directories were flushed; the process may have ended between rename and flush.
    private static string Flushed(UploadContext context, string target)
    {
        if (context.Flushes)
        {
            context.Device.FlushDirectory(context.Paths.Finished);
            context.Device.FlushDirectory(context.Paths.Work);
        }
        return Path.GetFileName(target);
    }
}
