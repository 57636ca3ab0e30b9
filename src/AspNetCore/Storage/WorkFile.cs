using System.Buffers;
using Ferry.Engine.Downloads;
using Microsoft.Win32.SafeHandles;

namespace Ferry.AspNetCore.Storage;

/// <summary>The bytes of an upload, before it is finished. Written only under the lock of its record; flushes may run beside writes.</summary>
internal sealed class WorkFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private readonly string _path;

    private WorkFile(SafeFileHandle handle, string path) => (_handle, _path) = (handle, path);

    /// <summary>Its length in bytes: all of them were written, in order.</summary>
    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Its inode as text, or null where the system does not tell.</summary>
    public string? Inode => FileId.Of(_handle)?.InodeText;

    /// <summary>Makes one.</summary>
    /// <param name="path">Its path.</param>
    public static WorkFile Create(string path) => new(Handle(path, FileMode.CreateNew), path);

    /// <summary>Opens one; null where there is none.</summary>
    /// <param name="path">Its path.</param>
    public static WorkFile? Open(string path)
    {
        try
        {
            return new WorkFile(Handle(path, FileMode.Open), path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes bytes at their place.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="offset">Their place.</param>
    public void Write(in ReadOnlySequence<byte> data, long offset)
    {
        _pieces.Clear();
        foreach (var piece in data)
            _pieces.Add(piece);
        RandomAccess.Write(_handle, _pieces, offset);
    }

    /// <summary>Cuts it.</summary>
    /// <param name="length">Its new length.</param>
    public void Truncate(long length)
    {
        if (Length > length)
            RandomAccess.SetLength(_handle, length);
    }

    /// <summary>Flushes what was written before this call to the device.</summary>
    public void Flush(Device device) => device.Flush(_handle, _path);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle Handle(string path, FileMode mode) =>
        File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
