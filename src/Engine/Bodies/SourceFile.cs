using System.Security.Cryptography;
using Ferry.Engine.Errors;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Engine.Bodies;

/// <summary>A file that is sent. Failures at it say what is wrong with it and what to do.</summary>
/// <param name="path">Its path.</param>
internal sealed class SourceFile(string path)
{
    private const int SampleBytes = 16 * 1024;
    private const int Samples = 16;
    private const int MostWaits = 50;

    // Two ticks of the slowest kernel: what is written within one tick leaves the same times.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    public string Path { get; } = path;

    /// <summary>Opens it for reading; other programs may go on with it.</summary>
    /// <exception cref="TransferException">It cannot be read, or is no regular file.</exception>
    public SafeFileHandle Open() => Try(() =>
    {
        if (FileStatus.IsPipeOrDevice(Path))
            throw RequestBody.ReadFailed($"'{Path}' is not a regular file: name one, or send a stream.");
        return File.OpenHandle(Path, share: FileShare.ReadWrite | FileShare.Delete);
    });

    /// <summary>Its status.</summary>
    /// <exception cref="TransferException">It cannot be read, or is no regular file.</exception>
    public FileStatus Status()
    {
        using var file = Open();
        return Try(() => FileStatus.Of(file));
    }

    /// <summary>Which version it is.</summary>
    /// <exception cref="TransferException">It cannot be read, or is no regular file.</exception>
    public SourceVersion Version()
    {
        using var file = Open();
        return Try(() =>
        {
            var status = FileStatus.Of(file);
            return new SourceVersion(status, Fingerprint(file, status.Length));
        });
    }

    /// <summary>Which version it is, looked at when its last change was so old that another one would leave another time.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait for that.</param>
    /// <exception cref="TransferException">It cannot be read, or is no regular file, or is written to all the time.</exception>
    public async ValueTask<SourceVersion> SettledVersionAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        for (var waits = 0; ; waits++)
        {
            // The clock is read on both sides of the look, which may take its time. A change far in the future is of another clock.
            var before = time.GetUtcNow();
            var version = Version();
            var changed = DateTimeOffset.UnixEpoch.AddTicks(version.Status.Changed / 100);
            if (changed <= before - Tick || changed >= time.GetUtcNow() + Tick)
                return version;
            if (waits == MostWaits)
                throw HasChanged();
            // A delay of less than a millisecond would be none.
            await Task.Delay(Tick, time, cancellationToken);
        }
    }

    /// <summary>That it changed.</summary>
    public TransferException HasChanged() => RequestBody.ReadFailed($"'{Path}' changed while it was sent: send it again when nothing writes to it.");

    /// <summary>Reads from it.</summary>
    /// <exception cref="TransferException">It cannot be read, or ends before.</exception>
    public int Read(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        try
        {
            var count = RandomAccess.Read(file, buffer, offset);
            return count > 0 ? count : throw HasChanged();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    private static string Fingerprint(SafeFileHandle file, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[SampleBytes];
        var last = Math.Max(0, length - SampleBytes);
        for (var i = 0; i <= Samples; i++)
        {
            var count = RandomAccess.Read(file, buffer, (long)((Int128)last * i / Samples));
            hash.AppendData(buffer.AsSpan(0, count));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(e);
        }
    }

    private TransferException Unreadable(Exception e) => RequestBody.ReadFailed(
        e switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"The file '{Path}' does not exist: check its name.",
            UnauthorizedAccessException when Directory.Exists(Path) => $"'{Path}' is a directory: name a file.",
            UnauthorizedAccessException => $"The file '{Path}' cannot be read: check its permissions.",
            _ => $"The file '{Path}' cannot be read: {e.Message}",
        },
        e);
}
