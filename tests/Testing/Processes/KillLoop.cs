using System.Globalization;
using Ferry.Testing.Server;

namespace Ferry.Testing.Processes;

/// <summary>What one kill of a download cost.</summary>
/// <param name="Number">Which kill, from 1.</param>
/// <param name="Asked">The first byte the killed run had asked for.</param>
/// <param name="Sent">How far the server had sent when the process was gone, from the start of the file.</param>
/// <param name="Written">The part file's length when the process was gone.</param>
/// <param name="ResumedAt">The first byte the next run asked for.</param>
public sealed record Kill(int Number, long Asked, long Sent, long Written, long ResumedAt)
{
    /// <summary>Bytes that were written and fetched again all the same.</summary>
    public long Lost => Written - ResumedAt;

    /// <summary>Bytes that were on their way.</summary>
    public long InFlight => Sent - Written;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"kill {Number}: asked from {Asked:#,0}, sent to {Sent:#,0}, written {Written:#,0}, resumed at {ResumedAt:#,0}: {Lost:#,0} fetched again, {InFlight:#,0} in flight");
}

/// <summary>Kills one download with SIGKILL again and again at random byte counts, then lets it end.</summary>
/// <param name="server">The server.</param>
/// <param name="place">A directory of its own.</param>
/// <param name="random">The source of the byte counts.</param>
public sealed class KillLoop(MisbehavingServer server, string place, Random random)
{
    /// <summary>
    /// The most bytes that may be written and yet be fetched again: one checkpoint interval, and what comes in while a checkpoint that is due
    /// is flushed and journaled.
    /// </summary>
    public const long MostLost = (8 + 2) * 1024 * 1024;

    /// <summary>The target's path.</summary>
    public string Target { get; } = System.IO.Path.Combine(place, "file.bin");

    /// <summary>Called after each kill, once the next run has asked the server.</summary>
    public Action<Kill> Told { get; init; } = _ => { };

    /// <summary>Runs the loop.</summary>
    /// <param name="path">The path on the server, of this loop alone.</param>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="rate">Bytes a second.</param>
    /// <param name="kills">How many kills.</param>
    /// <param name="until">No further kill once this is set.</param>
    /// <returns>The kills, and how the last run ended.</returns>
    public async Task<(IReadOnlyList<Kill> Kills, FerryEnd End)> RunAsync(
        string path, long size, long rate, int kills, CancellationToken until = default)
    {
        var arguments = new[]
        {
            "get", server.Url(string.Create(CultureInfo.InvariantCulture, $"{path}?size={size}&rate={rate}")),
            "-o", Target, "--data-dir", System.IO.Path.Combine(place, "state"), "--sha256", "--json",
        };
        var points = Enumerable.Range(0, kills).Select(_ => random.NextInt64(1, size)).Order().ToArray();
        var done = new List<Kill>();
        (long Asked, long Sent, long Written)? last = null;
        foreach (var point in points)
        {
            if (until.IsCancellationRequested)
                break;
            using var process = FerryProcess.Start(arguments);
            var request = await ArrivalAsync(path, done.Count + (last is null ? 1 : 2), process);
            Note(done, last, From(request));
            await request.SentAtLeast(point - From(request)).WaitAsync(FerryProcess.Patience, until);
            await process.KillAsync();
            await request.Ended.WaitAsync(FerryProcess.Patience, until);
            last = (From(request), From(request) + request.BodySent, new FileInfo(Target + ".ferry-part").Length);
        }
        using var ending = FerryProcess.Start(arguments);
        if (last is not null)
            Note(done, last, From(await ArrivalAsync(path, done.Count + 2, ending)));
        return (done, await ending.EndAsync());
    }

    /// <summary>The first byte a request asks for.</summary>
    public static long From(ServedRequest request)
    {
        var range = request.Field("Range");
        return range is null ? 0 : long.Parse(range.AsSpan("bytes=".Length, range.IndexOf('-', StringComparison.Ordinal) - "bytes=".Length), CultureInfo.InvariantCulture);
    }

    private void Note(List<Kill> done, (long Asked, long Sent, long Written)? last, long resumedAt)
    {
        if (last is not { } before)
            return;
        var kill = new Kill(done.Count + 1, before.Asked, before.Sent, before.Written, resumedAt);
        done.Add(kill);
        Told(kill);
    }

    // The loop asks one after the other, so that the nth request of this path is the nth run's.
    private async Task<ServedRequest> ArrivalAsync(string path, int number, FerryProcess process)
    {
        var ended = process.EndAsync();
        for (var total = server.Requests.Count; ;)
        {
            if (server.Requests.For(path) is { } own && own.Count >= number)
                return own[number - 1];
            var next = server.Requests.ArrivalOf(++total);
            if (await Task.WhenAny(next, ended) == ended)
                throw new InvalidOperationException($"ferry ended before it asked the server: {await ended}");
        }
    }
}
