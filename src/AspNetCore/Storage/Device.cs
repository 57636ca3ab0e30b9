using Ferry.Engine.Downloads;
using Microsoft.Win32.SafeHandles;

namespace Ferry.AspNetCore.Storage;

/// <summary>
/// Makes what was written survive a loss of power, gives files their names and locks them. A test sees what is done in which order, and lets it
/// fail or do nothing.
/// </summary>
internal class Device
{
    // On Windows a file is moved or removed while it is open only where its handle allows that; nobody else can open it all the same.
    private static FileShare Alone => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Opens a file and locks it: while it is open no other process has it open so, and the system lets the lock go when its holder ends.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mode">Whether it is made.</param>
    /// <exception cref="IOException">Another one holds the lock (<see cref="LockOwner.IsConflict"/>), or the disk failed.</exception>
    public virtual SafeFileHandle OpenAlone(string path, FileMode mode) => File.OpenHandle(path, mode, FileAccess.ReadWrite, Alone);

    /// <summary>Flushes a file's bytes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">They could not be written.</exception>
    public virtual void Flush(SafeFileHandle file, string path) => RandomAccess.FlushToDisk(file);

    /// <summary>Flushes a directory's names.</summary>
    /// <param name="path">The directory.</param>
    public virtual void FlushDirectory(string path) => FileNames.FlushDirectory(path);

    /// <summary>Gives a file another name, never over another file.</summary>
    /// <param name="from">Its path now.</param>
    /// <param name="to">Its new path.</param>
    /// <exception cref="IOException">The file system refused; the file may have both names.</exception>
    public virtual FileNames.Result Rename(string from, string to) => FileNames.Rename(from, to, replace: false);
}
