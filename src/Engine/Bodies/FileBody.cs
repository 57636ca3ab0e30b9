using System.Buffers;
using Ferry.Engine.Errors;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Engine.Bodies;

/// <summary>
/// A file's content, or a section of it. The file is looked at when the body is made, so that one nobody can read fails before anything is sent, and opened
/// when it is sent. It must be the same then, and still when all but the last piece was sent: that piece goes out only after another look, so that no
/// server takes for whole what was put together of two versions.
/// </summary>
internal sealed class FileBody : RequestBody
{
    private readonly SourceFile _source;
    private readonly FileStatus _status;
    private readonly long _from;
    private readonly long _length;

    public FileBody(string path)
    {
        _source = new SourceFile(path);
        _status = _source.Status();
        _length = _status.Length;
    }

    /// <summary>A section of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="status">What it was when the sending of the whole began.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="length">How many bytes.</param>
    public FileBody(SourceFile source, FileStatus status, long from, long length) => (_source, _status, _from, _length) = (source, status, from, length);

    public override long? Length => _length;

    public override async ValueTask WriteToAsync(Stream target, CancellationToken cancellationToken)
    {
        var size = (int)Math.Clamp(_length, 1, BufferBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            using var file = _source.Open();
            CheckUnchanged(file);
            for (long sent = 0; sent < _length;)
            {
                // Handing the read to another thread costs more than reading what is mostly in memory.
                cancellationToken.ThrowIfCancellationRequested();
                var count = _source.Read(file, buffer.AsSpan(0, (int)Math.Min(size, _length - sent)), _from + sent);
                sent += count;
                if (sent == _length)
                    CheckUnchanged(file);
                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void CheckUnchanged(SafeFileHandle file)
    {
        if (FileStatus.Of(file) != _status)
            throw _source.HasChanged();
    }
}
