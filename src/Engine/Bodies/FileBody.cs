using System.Buffers;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Bodies;

/// <summary>
/// A file's content. It is looked at when the request is made, so that a file nobody can read fails before anything is sent, and opened when it is
/// sent; a file that has another length then is not sent, since its length was announced.
/// </summary>
internal sealed class FileBody : RequestBody
{
    private readonly string _path;
    private readonly long _length;

    public FileBody(string path)
    {
        _path = path;
        try
        {
            if (RegularFile.IsOther(path))
                throw ReadFailed($"'{path}' is not a regular file: name one, or send a stream.");
            using var file = Open();
            _length = RandomAccess.GetLength(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(e);
        }
    }

    public override long? Length => _length;

    public override async ValueTask WriteToAsync(Stream target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var file = OpenAgain();
            for (long sent = 0; sent < _length;)
            {
                var count = await ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(BufferBytes, _length - sent)), sent, cancellationToken);
                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                sent += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open() => File.OpenHandle(_path, share: FileShare.ReadWrite | FileShare.Delete);

    private Microsoft.Win32.SafeHandles.SafeFileHandle OpenAgain()
    {
        try
        {
            var file = Open();
            if (RandomAccess.GetLength(file) == _length)
                return file;
            file.Dispose();
            throw Changed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(e);
        }
    }

    private async ValueTask<int> ReadAsync(
        Microsoft.Win32.SafeHandles.SafeFileHandle file, Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        try
        {
            var count = await RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);
            return count > 0 ? count : throw Changed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    private TransferException Changed() => ReadFailed($"'{_path}' changed its length while it was sent: send it again when nothing writes to it.");

    private TransferException Unreadable(Exception e) => ReadFailed(
        e switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"The file '{_path}' does not exist: check its name.",
            UnauthorizedAccessException when Directory.Exists(_path) => $"'{_path}' is a directory: name a file.",
            UnauthorizedAccessException => $"The file '{_path}' cannot be read: check its permissions.",
            _ => $"The file '{_path}' cannot be read: {e.Message}",
        },
        e);
}
