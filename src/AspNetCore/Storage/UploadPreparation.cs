using Ferry.Engine.Downloads;

namespace Ferry.AspNetCore.Storage;

/// <summary>Makes the directories of a receiver, so that one that cannot be used is told at the start and not by the first upload.</summary>
internal static class UploadPreparation
{
    /// <summary>Makes the directories and tries whether files can be made in them, and locked where another process may have them too.</summary>
    /// <exception cref="InvalidOperationException">They cannot; the message says why and what to do.</exception>
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
            if (!context.Options.SoleProcess)
                TryLocks(context);
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
        using var probe = File.OpenHandle(Probe(directory), FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
    }

    // The platform passes over a lock that the file system does not have: that is seen only by a second one, which is not refused.
    private static void TryLocks(UploadContext context)
    {
        var path = Probe(context.Paths.Work);
        using var first = context.Device.OpenAlone(path, FileMode.CreateNew);
        try
        {
            using var second = context.Device.OpenAlone(path, FileMode.Open);
        }
        catch (IOException)
        {
            // Refused: the lock holds.
            return;
        }
        finally
        {
            File.Delete(path);
        }
        throw new InvalidOperationException(
            $"File locks do nothing in '{context.Paths.Work}': two receivers there would write over each other's bytes. Set another Directory, on a file " +
            "system with locks, and leave DOTNET_SYSTEM_IO_DISABLEFILELOCKING unset; or set SoleProcess, where no other process ever uses this one.");
    }

    private static string Probe(string directory) => Path.Combine(directory, $".ferry-probe-{UploadId.New()}");
}
