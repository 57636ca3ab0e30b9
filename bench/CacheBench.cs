using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Bench.Origins;
using Ferry.Engine.Requests;

namespace Ferry.Bench;

/// <summary>A small answer through the engine inside one warm process, one request after the other: from the cache, and from the server.</summary>
internal static class CacheBench
{
    private const int AnswerBytes = 16 * 1024;
    private const string Name = "answer.bin";

    public static async Task RunAsync(BenchOptions options, string place)
    {
        var served = Directory.CreateDirectory(Path.Combine(place, "served-cache")).FullName;
        var content = new byte[AnswerBytes];
        new Random(3).NextBytes(content);
        var file = Path.Combine(served, Name);
        await File.WriteAllBytesAsync(file, content);
        // By the heuristic of a tenth it stays fresh for weeks.
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-365));
        await using var origin = await Origins.Origin.StartAsync(served, place);
        await using var engine = await FerryEngine.StartAsync(
            new FerryOptions { DataDirectory = Path.Combine(place, "state-cache"), Durability = Durability.Process });
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
        var url = origin.Url + Name;
        var rows = new (string Name, Func<Task> Run, Series Series)[]
        {
            ("engine, from the cache", () => ByEngineAsync(engine, url, content, fromCache: true), new Series()),
            ("engine, from the server", () => ByEngineAsync(engine, url, content, fromCache: false), new Series()),
            ("bare HttpClient, from the server", () => ByClientAsync(client, url, content), new Series()),
        };
        await ByEngineAsync(engine, url, content, fromCache: false);
        for (var round = -1; round < options.Runs; round++)
        {
            foreach (var row in rows)
                await MeasureAsync(row.Run, round < 0 ? null : row.Series, options.Files);
        }
        Write(options, origin.Description, rows);
    }

    private static async Task MeasureAsync(Func<Task> run, Series? series, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await run();
            // The round before the first warms everything up.
            series?.Add(Stopwatch.GetElapsedTime(began));
        }
    }

    private static async Task ByEngineAsync(FerryEngine engine, string url, byte[] content, bool fromCache)
    {
        var request = new TransferRequest { Url = url, Destination = new MemoryDestination(), Options = new RequestOptions { UsingCache = fromCache } };
        var end = await engine.RunAsync(request);
        if (end is not TransferCompleted completed || !completed.Body.Span.SequenceEqual(content))
            throw new InvalidOperationException($"The engine's request ended with {end}.");
        if (fromCache && completed.Head?.Field("age") is null)
            throw new InvalidOperationException("The answer did not come from the cache.");
    }

    private static async Task ByClientAsync(HttpClient client, string url, byte[] content)
    {
        if (!(await client.GetByteArrayAsync(url)).AsSpan().SequenceEqual(content))
            throw new InvalidOperationException("The client's answer is not what was served.");
    }

    private static void Write(BenchOptions options, string origin, IEnumerable<(string Name, Func<Task> Run, Series Series)> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("# One answer of 16 KiB, from the response cache").AppendLine();
        foreach (var line in Machine.Describe(options.Place))
            text.AppendLine(line);
        text.AppendLine(CultureInfo.InvariantCulture, $"- Origin: {origin}, on the same machine over loopback");
        text.AppendLine(CultureInfo.InvariantCulture, $"- Taken {TimeProvider.System.GetUtcNow():yyyy-MM-dd} by `dotnet run --project bench -c Release -- {options.What} --runs {options.Runs}`: "
            + $"{options.Runs} rounds in turn of {options.Files} requests each, after one round to warm up").AppendLine();
        text.AppendLine("| | median µs | p90 µs | p99 µs |").AppendLine("|---|---:|---:|---:|");
        foreach (var (name, _, series) in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {series.Median * 1e6:0} | {series.Quantile(0.9) * 1e6:0} | {series.Quantile(0.99) * 1e6:0} |");
        }
        text.AppendLine().AppendLine("- Inside one warm process, one request after the other: from `FerryEngine.RunAsync` to its result, with the body compared byte by byte.");
        text.AppendLine("- The engine's times hold everything a request goes through: validation, supervisor, queue, an actor of its own, events, and its end in the history.");
        Report.Save(options, "cache", text.ToString());
    }
}
