using System.Diagnostics;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Bench.Contenders;
using Ferry.Engine.Requests;

namespace Ferry.Bench;

/// <summary>The same large file inside one process that has been running for a while: what a service sees, without start and compiling.</summary>
internal static class WarmBench
{
    public static async Task<(Series Engine, Series Bare)> RunAsync(BenchOptions options, string url, string place, Action<string> check)
    {
        var own = Directory.CreateDirectory(Path.Combine(place, "warm")).FullName;
        var files = Directory.CreateDirectory(Path.Combine(own, "files")).FullName;
        var file = Path.Combine(files, Path.GetFileName(url));
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = Path.Combine(own, "state"), Durability = Durability.Process });
        var (engineSeries, bareSeries) = (new Series(), new Series());
        for (var round = -1; round < options.Runs; round++)
        {
            var byEngine = await TimeAsync(() => ByEngineAsync(engine, url, file));
            Judge(files, file, check);
            var byLoop = await TimeAsync(() => BareLoop.LargeAsync(url, file, flush: false));
            Judge(files, file, check);
            // The round before the first warms both up.
            if (round < 0)
                continue;
            engineSeries.Add(byEngine);
            bareSeries.Add(byLoop);
            Console.WriteLine($"warm round {round + 1}: engine {byEngine.TotalSeconds:0.000} s, bare loop {byLoop.TotalSeconds:0.000} s");
        }
        return (engineSeries, bareSeries);
    }

    private static async Task ByEngineAsync(FerryEngine engine, string url, string file)
    {
        var end = await engine.RunAsync(new TransferRequest { Url = url, Destination = new FileDestination(file) { Durability = Durability.Process } });
        if (end is not TransferCompleted)
            throw new InvalidOperationException($"The engine's download ended with {end}.");
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> run)
    {
        using (var sync = Process.Start("sync"))
            await sync.WaitForExitAsync();
        var clock = Stopwatch.StartNew();
        await run();
        return clock.Elapsed;
    }

    private static void Judge(string files, string file, Action<string> check)
    {
        check(files);
        File.Delete(file);
    }
}
