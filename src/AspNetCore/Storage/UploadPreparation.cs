using Ferry.Engine.Downloads;

namespace Ferry.AspNetCore.Storage;

/// <summary>Makes the directories of a receiver, so that one that cannot be used is told at the start and not by the first upload.</summary>
internal static class UploadPreparation
{
    /// <summary>Makes the directories and tries whether files can be made in them.</summary>
    /// <exception cref="InvalidOperationException">They cannot; the message says why.</exception>
    public static void Prepare(UploadContext context)
    {
        var paths = context.Paths;
        try
        {
            string[] named = [paths.Finished, .. ParentsOfMissing(paths.Finished)];
            Directory.CreateDirectory(paths.Finished);
            // Names of files in it are ids, which are secrets.
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(paths.Work);
            else
                Directory.CreateDirectory(paths.Work, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Try(paths.Finished);
            Try(paths.Work);
            if (context.Flushes)
                Array.ForEach(named, context.Device.FlushDirectory);
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            throw new InvalidOperationException(
                $"Uploads cannot be stored in '{paths.Finished}': {e.Message} Give the service permission to write there, or set another Directory.", e);
        }
    }

    // A directory that is made is a name in the one above it.
    private static IEnumerable<string> ParentsOfMissing(string directory)
    {
        for (var missing = directory; !Directory.Exists(missing) && Path.GetDirectoryName(missing) is { } parent; missing = parent)
            yield return parent;
    }

    private static void Try(string directory)
    {
        using var probe = File.OpenHandle(
            Path.Combine(directory, $".ferry-probe-{UploadId.New()}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
    }
}
