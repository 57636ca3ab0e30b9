using Ferry.Engine.Downloads;
using Microsoft.Win32.SafeHandles;

namespace Ferry.AspNetCore.Storage;

/// <summary>Makes what was written survive a loss of power, and gives files their names. A test sees what is done in which order, and lets it fail.</summary>
internal class Device
{
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
