using System.Diagnostics;
using System.Globalization;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Bench.Contenders;
using Ferry.Bench.Origins;
using Ferry.Engine.Requests;

namespace Ferry.Bench;

/// <summary>One large file sent to a sink: each program from its start to its end, the engine and a bare client inside one warm process, and the memory of the engine.</summary>
internal static class UploadBench
{
    private const string Name = "upload.bin";

    public static async Task RunAsync(BenchOptions options, string place)
    {
        var file = Path.Combine(place, Name);
        LargeBench.Make(file, options.SizeMib);
        await using var sink = await UploadSink.StartAsync();
        var length = new FileInfo(file).Length;
        void Judge(string _)
        {
            if (sink.LastAsync().GetAwaiter().GetResult() != length)
                throw new InvalidOperationException("The sink did not get the whole file.");
        }

        var results = await BenchRun.InTurnAsync(Contenders(options, file, sink.Url), options.Runs, place, Judge);
        var (engine, bare) = await WarmAsync(options, file, sink.Url, place, Judge);
        var (idle, peak) = await MemoryAsync(file, sink.Url, place);
        File.Delete(file);
        string[] notes =
        [
            "The file lies in the page cache; the sink drops what it gets and tells its length, which is checked after the clock is stopped.",
            "The bare loop is a process of the benchmark itself: HttpClient, StreamContent with a 256 KiB buffer; nothing journaled, no file watched.",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Inside one process that is warm: the engine {engine.Median:0.000} s ({engine.Min:0.000}-{engine.Max:0.000}), bare HttpClient {bare.Median:0.000} s "
                + $"({bare.Min:0.000}-{bare.Max:0.000}): {bare.Median / engine.Median:0.00} of its throughput; medians of {options.Runs}, in turn."),
            string.Create(CultureInfo.InvariantCulture, $"Memory of a process that uploads it by the engine: largest working set {peak / 1e6:0.0} MB, {(peak - idle) / 1e6:0.0} MB above idle with the engine started (expected: under 80)."),
        ];
        Report.Write(options, $"upload-{options.SizeMib}-mib", $"One file of {options.SizeMib} MiB sent by PUT", "a sink on Kestrel in a process of its own", results, options.SizeMib, notes);
    }

    /// <summary>One upload by an engine in a process of its own; tells the working set once the engine is up, and its largest.</summary>
    public static async Task<int> UploadAsync(string file, string url, string state)
    {
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = state, Durability = Durability.Process });
        using var self = Process.GetCurrentProcess();
        var idle = self.WorkingSet64;
        await ByEngineAsync(engine, file, url);
        self.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{idle} {self.PeakWorkingSet64}"));
        return 0;
    }

    private static IReadOnlyList<Contender> Contenders(BenchOptions options, string file, string url)
    {
        List<Contender> contenders =
        [
            new("ferry put", options.Ferry, place => ["put", file, url, "--durability", "process", "--data-dir", Path.Combine(place, "state"), "--quiet"])
            {
                Shown = "ferry put FILE URL --durability process --data-dir DIR --quiet",
            },
            new("bare loop", Environment.ProcessPath!, _ => ["-bare-upload", file, url]) { Shown = "bare loop" },
        ];
        if (Peers.Find("curl") is { } curl)
            contenders.Add(new Contender("curl", curl, _ => ["-s", "-f", "-T", file, url]) { Shown = "curl -s -f -T FILE URL" });
        return contenders;
    }

    private static async Task<(Series Engine, Series Bare)> WarmAsync(BenchOptions options, string file, string url, string place, Action<string> judge)
    {
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = Path.Combine(place, "warm"), Durability = Durability.Process });
        using var client = BareUpload.Client();
        var (engineSeries, bareSeries) = (new Series(), new Series());
        // The rounds before the first warm both up.
        for (var round = -2; round < options.Runs; round++)
        {
            var byEngine = await TimeAsync(() => ByEngineAsync(engine, file, url));
            judge(place);
            var byClient = await TimeAsync(() => BareUpload.SendAsync(client, file, url));
            judge(place);
            if (round < 0)
                continue;
            engineSeries.Add(byEngine);
            bareSeries.Add(byClient);
            Console.WriteLine($"warm round {round + 1}: engine {byEngine.TotalSeconds:0.000} s, bare HttpClient {byClient.TotalSeconds:0.000} s");
        }
        return (engineSeries, bareSeries);
    }

    private static async Task ByEngineAsync(FerryEngine engine, string file, string url)
    {
        var request = new TransferRequest
        {
            Url = url,
            Upload = new UploadOptions(),
            Options = new RequestOptions { ExtraData = new FileData(file) },
            Destination = new MemoryDestination(),
        };
        if (await engine.RunAsync(request) is not TransferCompleted)
            throw new InvalidOperationException("The engine's upload did not end well.");
    }

    private static async Task<(double Idle, double Peak)> MemoryAsync(string file, string url, string place)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-upload", file, url, Path.Combine(place, "memory")])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var told = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The upload ended with exit code {process.ExitCode}.");
        var figures = told.Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return (figures[0], figures[1]);
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> run)
    {
        var clock = Stopwatch.StartNew();
        await run();
        return clock.Elapsed;
    }
}
