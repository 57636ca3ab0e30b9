using System.Globalization;
using Ferry.Testing.Server;

namespace Ferry.Testing.Processes;

/// <summary>A download that is killed.</summary>
/// <param name="server">The server.</param>
/// <param name="place">A directory of its own.</param>
/// <param name="path">The path on the server, of this download alone.</param>
/// <param name="size">The file's size in bytes.</param>
/// <param name="rate">Bytes a second.</param>
public sealed class KilledDownload(MisbehavingServer server, string place, string path, long size, long rate) : IKilledTransfer
{
    /// <summary>
    /// The most bytes that may be written and yet be fetched again: one checkpoint interval, and what comes in while a checkpoint that is due
    /// is flushed and journaled.
    /// </summary>
    public const long MostLost = (8 + 2) * 1024 * 1024;

    private ServedRequest? _request;
    private long _point;
    private int _seen;

    /// <summary>The target's path.</summary>
    public string Target { get; } = System.IO.Path.Combine(place, "file.bin");

    /// <inheritdoc/>
    public IReadOnlyList<string> Command =>
    [
        "get", server.Url(string.Create(CultureInfo.InvariantCulture, $"{path}?size={size}&rate={rate}")),
        "-o", Target, "--data-dir", System.IO.Path.Combine(place, "state"), "--sha256", "--json",
    ];

    /// <inheritdoc/>
    public TimeSpan Limit => RunLimit.Of(size, rate);

    private long From => FirstByte(_request!);

    /// <inheritdoc/>
    public Task PrepareAsync(long point)
    {
        _point = point;
        return Task.CompletedTask;
    }

    // A complete file is looked at with HEAD: no byte is asked for.
    /// <inheritdoc/>
    public async Task<long?> BeginsAtAsync(FerryProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        var ended = process.EndAsync(Limit);
        for (var total = server.Requests.Count; ;)
        {
            if (server.Requests.For(path).Skip(_seen).FirstOrDefault() is { } first)
            {
                _request = first;
                return first.Method == "HEAD" ? null : From;
            }
            var next = server.Requests.ArrivalOf(++total);
            if (await Task.WhenAny(next, ended) == ended)
                return null;
            await next;
        }
    }

    /// <inheritdoc/>
    public Task ReachedAsync() => _request!.SentAtLeast(_point - From);

    /// <inheritdoc/>
    public async Task<(long Sent, long Written)> GoneAsync()
    {
        await _request!.Ended.WaitAsync(FerryProcess.Patience);
        _seen = server.Requests.For(path).Count;
        // Killed between the rename and the end, it left the whole file.
        var part = new FileInfo(Target + ".ferry-part");
        return (From + _request.BodySent, part.Exists ? part.Length : new FileInfo(Target).Length);
    }

    /// <summary>The first byte a request asks for.</summary>
    /// <param name="request">The request.</param>
    public static long FirstByte(ServedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var range = request.Field("Range");
        return range is null ? 0 : long.Parse(range.AsSpan("bytes=".Length, range.IndexOf('-', StringComparison.Ordinal) - "bytes=".Length), CultureInfo.InvariantCulture);
    }
}
