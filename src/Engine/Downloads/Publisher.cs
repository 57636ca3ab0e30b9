using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>Gives a checked part file its name, atomically (rule 45), and finds out after a crash whether that was done already.</summary>
internal static class Publisher
{
    /// <summary>Publishes a part file.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="verified">What was checked.</param>
    /// <param name="part">The part file, locked; null where there is none.</param>
    /// <param name="mayBeHollow">Whether the part file was checked before another boot without being flushed.</param>
    /// <param name="flushDirectory">Makes a directory's names survive a loss of power.</param>
    /// <exception cref="IOException">The file system refused.</exception>
    public static PublishResult Publish(
        FileDestination destination, Verified verified, PartFile? part, bool mayBeHollow, Action<string> flushDirectory)
    {
        var target = verified.TargetPath ?? destination.Path;
        var flush = destination.Durability is Durability.Power ? flushDirectory : null;

        // 1. A part file that is not the checked one means that this transfer's own was renamed, or is lost.
        if (part is null || !IsChecked(part, verified) || mayBeHollow)
            return FindPublished(destination, target, verified) is { } path ? Done(path, flush) : Lost();

        // 2. Where a rename is a link and an unlink, a crash between them left both names.
        if (verified.FileId is not null && FindPublished(destination, target, verified) is { } linked)
        {
            Flush(linked, flush);
            File.Delete(part.Path);
            return Done(linked, flush);
        }

        // 3. The rename itself.
        part.PrepareForPublishing();
        var (result, published) = Rename(destination, target, part, flush);
        if (result is FileNames.Result.SourceMissing)
            return Lost();
        if (result is FileNames.Result.TargetExists)
            return new PublishResult(null, default, FileErrors.TargetExists(target, ErrorStage.Publishing));
        return Done(published, flush);
    }

    private static (FileNames.Result Result, string Path) Rename(FileDestination destination, string target, PartFile part, Action<string>? flush)
    {
        foreach (var name in Names(destination, target))
        {
            var result = FileNames.Rename(part.Path, name, destination.IfExists is ExistingTarget.Replace, flush);
            if (result is not FileNames.Result.TargetExists)
                return (result, name);
        }
        return (FileNames.Result.TargetExists, target);
    }

    private static IEnumerable<string> Names(FileDestination destination, string target) =>
        destination.IfExists is ExistingTarget.Rename ? FileNames.Numbered(target) : [target];

    private static bool IsChecked(PartFile part, Verified verified) =>
        part.Length == verified.Length && (verified.FileId is null || part.Id?.InodeText == verified.FileId)
        && !part.IsForeign && part.StillNamed();

    // A rename and a link keep the inode, so the published file is told from another one of the same name; the length tells it from one that got a
    // freed inode.
    private static string? FindPublished(FileDestination destination, string target, Verified verified)
    {
        return Names(destination, target).TakeWhile(name => FileId.KindOf(name) is not FileId.Kind.Nothing)
            .FirstOrDefault(name => new FileInfo(name) is { Exists: true } file && file.Length == verified.Length
                && (verified.FileId is not { } id || FileId.Of(name)?.InodeText == id));
    }

    // The name survives a loss of power only once the directory was flushed; the process may have ended between rename and flush.
    private static PublishResult Done(string path, Action<string>? flush)
    {
        Flush(path, flush);
        return new PublishResult(path, default, null);
    }

    private static void Flush(string path, Action<string>? flush) => flush?.Invoke(Path.GetDirectoryName(path) ?? ".");

    private static PublishResult Lost() => new(null, default, null) { Restart = RestartReason.PartFileLost };
}
