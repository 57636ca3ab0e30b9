using System.Globalization;
using System.Runtime.InteropServices;

namespace Ferry.Engine.Downloads;

/// <summary>Names of files in a directory: atomic renames, and making them durable.</summary>
public static partial class FileNames
{
    private const int AtFdCwd = -100;
    private const uint NoReplace = 1;
    private const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC on x86-64; see OpenFlags.
    private const int ReadOnlyDirectoryArm = 0x4000 | 0x80000;

    /// <summary>What a rename came to.</summary>
    public enum Result
    {
        /// <summary>The file has its new name.</summary>
        Done,

        /// <summary>No file has the name it should be taken from.</summary>
        SourceMissing,

        /// <summary>The new name is taken; nothing was changed.</summary>
        TargetExists,
    }

    private static int OpenFlags => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64
        ? ReadOnlyDirectoryArm
        : ReadOnlyDirectory;

    /// <summary>
    /// Gives a file another name, atomically. The new name survives a loss of power only once its directory was flushed; until then the old one does, also on
    /// a file system where it takes two steps.
    /// </summary>
    /// <param name="from">Its name now.</param>
    /// <param name="to">Its new name.</param>
    /// <param name="replace">Whether a file of that name is replaced; otherwise the rename is refused.</param>
    /// <exception cref="IOException">The system refused for another reason; HResult is the error number on Unix.</exception>
    public static Result Rename(string from, string to, bool replace) => Rename(from, to, replace, FlushDirectory);

    /// <summary>As the other one, with how a directory is flushed in between where it takes two steps; null where nothing has to survive a loss of power.</summary>
    internal static Result Rename(string from, string to, bool replace, Action<string>? flushDirectory)
    {
        if (!OperatingSystem.IsLinux())
            return MoveElsewhere(from, to, replace);
        if (RenameAt2(AtFdCwd, from, AtFdCwd, to, replace ? 0 : NoReplace) == 0)
            return Result.Done;
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            Errno.Missing when !File.Exists(from) => Result.SourceMissing,
            Errno.Exists when !replace => Result.TargetExists,
            // A file system without RENAME_NOREPLACE: a hard link is refused as atomically where the name is taken.
            Errno.Invalid or Errno.NotImplemented when !replace => LinkAndUnlink(from, to, flushDirectory),
            _ => throw Errno.Exception(error, to),
        };
    }

    /// <summary>Makes a directory's names survive a loss of power.</summary>
    /// <param name="directory">The directory.</param>
    public static void FlushDirectory(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var descriptor = Open(directory, OpenFlags);
        if (descriptor < 0)
            throw Errno.Exception(Marshal.GetLastPInvokeError(), directory);
        try
        {
            if (Fsync(descriptor) == 0)
                return;
            var error = Marshal.GetLastPInvokeError();
            // Some file systems have nothing to flush and say so with EINVAL.
            if (error != Errno.Invalid)
                throw Errno.Exception(error, directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>The names to try for a target, in order: itself, then <c>name (1).ext</c>, <c>name (2).ext</c>, ...</summary>
    /// <param name="target">The target.</param>
    public static IEnumerable<string> Numbered(string target)
    {
        yield return target;
        var directory = Path.GetDirectoryName(target) ?? "";
        var (name, extension) = (Path.GetFileNameWithoutExtension(target), Path.GetExtension(target));
        if (name.Length == 0)
            (name, extension) = (extension, ""); // .profile is a name, not an extension
        for (var i = 1; i < 10_000; i++)
            yield return Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{name} ({i}){extension}"));
    }

    internal static Result LinkAndUnlink(string from, string to, Action<string>? flushDirectory)
    {
        if (Link(from, to) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == Errno.Exists ? Result.TargetExists : throw Errno.Exception(error, to);
        }
        // Gone from the device before the new name is there, a loss of power would leave the file without any.
        flushDirectory?.Invoke(Path.GetDirectoryName(to) ?? ".");
        File.Delete(from);
        return Result.Done;
    }

    private static Result MoveElsewhere(string from, string to, bool replace)
    {
        if (!File.Exists(from))
            return Result.SourceMissing;
        try
        {
            File.Move(from, to, replace);
            return Result.Done;
        }
        catch (IOException) when (!replace && File.Exists(to))
        {
            return Result.TargetExists;
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt2(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
