using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Bench.Contenders;

/// <summary>What a download costs at least with HttpClient: read into a 256 KiB buffer, write at the offset; no journal, no checks.</summary>
internal static class BareLoop
{
    private const int BufferBytes = 256 * 1024;
    private const long FlushBytes = 6 * 1024 * 1024;
    private const int Workers = 16;

    /// <summary>One large file.</summary>
    /// <param name="url">From where.</param>
    /// <param name="file">To where.</param>
    /// <param name="flush">Whether to flush as the engine does with <c>--durability power</c>: beside the transfer about every 6 MiB, one at a time, at the end, and the directory.</param>
    public static async Task<int> LargeAsync(string url, string file, bool flush)
    {
        using var client = Client();
        using var answer = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        using (var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write, FileShare.None))
            await CopyAsync(body, handle, flush);
        if (flush)
            await FlushDirectoryAsync(Path.GetDirectoryName(file)!);
        return 0;
    }

    /// <summary>Many small files by 16 workers.</summary>
    /// <param name="url">The URL the files lie under.</param>
    /// <param name="directory">To where.</param>
    /// <param name="count">How many.</param>
    public static async Task<int> SmallAsync(string url, string directory, int count)
    {
        using var client = Client();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async _ =>
        {
            var buffer = new byte[BufferBytes];
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                var name = SmallName(i);
                using var answer = await client.GetAsync(url + name, HttpCompletionOption.ResponseHeadersRead);
                answer.EnsureSuccessStatusCode();
                await using var body = await answer.Content.ReadAsStreamAsync();
                using var handle = File.OpenHandle(Path.Combine(directory, name), FileMode.Create, FileAccess.Write, FileShare.None);
                long offset = 0;
                for (int read; (read = await body.ReadAsync(buffer)) > 0; offset += read)
                    RandomAccess.Write(handle, buffer.AsSpan(0, read), offset);
            }
        }));
        return 0;
    }

    /// <summary>The name of a small file.</summary>
    public static string SmallName(int number) => string.Create(CultureInfo.InvariantCulture, $"f-{number:00000}.bin");

    private static HttpClient Client() => new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
    });

    private static async Task CopyAsync(Stream body, SafeFileHandle handle, bool flush)
    {
        var buffer = new byte[BufferBytes];
        var flushing = Task.CompletedTask;
        long offset = 0;
        long flushStarted = 0;
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
        {
            RandomAccess.Write(handle, buffer.AsSpan(0, read), offset);
            offset += read;
            if (!flush || offset - flushStarted < FlushBytes || !flushing.IsCompleted)
                continue;
            await flushing;
            flushStarted = offset;
            flushing = Task.Run(() => RandomAccess.FlushToDisk(handle));
        }
        await flushing;
        if (flush)
            RandomAccess.FlushToDisk(handle);
    }

    private static async Task FlushDirectoryAsync(string directory)
    {
        using var sync = System.Diagnostics.Process.Start("sync", directory);
        await sync.WaitForExitAsync();
    }
}
