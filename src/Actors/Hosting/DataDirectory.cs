using System.Globalization;
using System.Security.Cryptography;
using Ferry.Engine.Errors;

namespace Ferry.Actors.Hosting;

/// <summary>
/// The directory an engine keeps its journal in, held for this process alone while it is open. Files: <c>lock</c> (held),
/// <c>owner</c> (the holder's process id), <c>key</c> (mode 0600, encrypts requests in the journal) and <c>journal.db</c>.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnlyDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int KeyBytes = 32;

    private static readonly byte[] SqliteHeader = "SQLite format 3\0"u8.ToArray();

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The directory's absolute path.</summary>
    public string Path { get; }

    /// <summary>The journal's database.</summary>
    public string JournalPath => JournalIn(Path);

    /// <summary>The file of the key that requests are encrypted with in the journal.</summary>
    public string KeyPath => KeyIn(Path);

    /// <summary>Opens a directory, making it where it does not exist, and holds it until disposed.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="TransferException">It is held by another process, cannot be written, or what is in it is not a journal; the message is one sentence for a person.</exception>
    public static DataDirectory Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            MakeDirectory(full);
            var held = TakeLock(full);
            try
            {
                CheckJournal(full);
                EnsureKey(full);
                return new DataDirectory(full, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure($"The data directory '{full}' cannot be used: {OneLine(e)}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    internal static string JournalIn(string path) => System.IO.Path.Combine(System.IO.Path.GetFullPath(path), "journal.db");

    internal static string KeyIn(string path) => System.IO.Path.Combine(System.IO.Path.GetFullPath(path), "key");

    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnlyDirectory);
    }

    private static FileStream TakeLock(string directory)
    {
        var path = System.IO.Path.Combine(directory, "lock");
        var options = Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        FileStream held;
        try
        {
            held = new FileStream(path, options);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            throw Failure($"The data directory '{directory}' is in use by {Owner(directory)}: end it, or name another directory.", e);
        }
        // The owner's id stands in a file of its own: the lock file cannot be read while it is held.
        File.WriteAllText(OwnerPath(directory), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return held;
    }

    private static bool IsSharingViolation(IOException e) =>
        e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        && (e.HResult is unchecked((int)0x80070020) or 11 or 35 || e.Message.Contains("being used by another process", StringComparison.Ordinal));

    private static string OwnerPath(string directory) => System.IO.Path.Combine(directory, "owner");

    private static string Owner(string directory)
    {
        try
        {
            var text = File.ReadAllText(OwnerPath(directory)).Trim();
            return text.Length > 0 ? $"process {text}" : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    private static void CheckJournal(string directory)
    {
        var path = JournalIn(directory);
        if (!File.Exists(path))
            return;
        using var file = new FileStream(path, Options(FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        var header = new byte[SqliteHeader.Length];
        var length = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (length > 0 && !header.AsSpan(0, length).SequenceEqual(SqliteHeader.AsSpan(0, length)))
            throw Failure($"The journal '{path}' is damaged or not a journal: move it away to start with an empty one, or restore it from a copy.");
    }

    private static void EnsureKey(string directory)
    {
        var path = KeyIn(directory);
        if (File.Exists(path))
        {
            if (new FileInfo(path).Length != KeyBytes)
                throw Failure($"The key file '{path}' is damaged: it must hold {KeyBytes} bytes; restore it, or move journal.db and key away to start empty.");
            return;
        }
        var journal = new FileInfo(JournalIn(directory));
        if (journal.Exists && journal.Length > 0)
            throw Failure($"The key file '{path}' is missing, and without it the journal cannot be read: restore it, or move journal.db away to start empty.");
        WriteKey(directory, path);
    }

    // Whole or not at all: a half-written key would make every later journal unreadable.
    private static void WriteKey(string directory, string path)
    {
        var temporary = System.IO.Path.Combine(directory, "key.new");
        File.Delete(temporary);
        using (var file = new FileStream(temporary, Options(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
        {
            file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open)
            options.UnixCreateMode = OwnerOnlyFile;
        return options;
    }

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.') + ".";

    private static TransferException Failure(string message, Exception? inner = null) =>
        new(new TransferError(ErrorCode.LocalWriteFailed, ErrorStage.Journaling, ErrorSide.Local, message), inner);
}
