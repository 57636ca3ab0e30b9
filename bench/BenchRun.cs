using System.Diagnostics;
using Ferry.Bench.Contenders;
using Ferry.Bench.Runtime;

namespace Ferry.Bench;

/// <summary>Runs the contenders in turn and writes the report.</summary>
internal static class BenchRun
{
    public static async Task<int> RunAsync(BenchOptions options)
    {
        // Half a minute that says the same each time: not a part of all.
        if (options.What is "stream")
            return await StreamBench.RunAsync(options);
        if (options.What is not ("runtime" or "cancel") && !File.Exists(options.Ferry))
        {
            Console.Error.WriteLine($"'{options.Ferry}' is not there: build src/Host with -c Release first, or name the program with --ferry.");
            return 1;
        }
        var place = Directory.CreateDirectory(Path.Combine(options.Place, $"ferry-bench-{Environment.ProcessId}")).FullName;
        try
        {
            if (options.What is "large" or "all")
                await LargeBench.RunAsync(options, place);
            if (options.What is "small" or "all")
                await SmallBench.RunAsync(options, place);
            if (options.What is "upload" or "all")
                await UploadBench.RunAsync(options, place);
            if (options.What is "cache" or "all")
                await CacheBench.RunAsync(options, place);
            if (options.What is "cancel" or "all")
                await CancelBench.RunAsync(options);
            if (options.What is "runtime" or "all")
                await RuntimeBench.RunAsync(options, place);
            return 0;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    /// <summary>Runs each contender so many times, one after the other, each round beginning with another one.</summary>
    public static async Task<IReadOnlyList<(Contender Contender, Series Series)>> InTurnAsync(
        IReadOnlyList<Contender> contenders, int runs, string place, Action<string> check)
    {
        var results = contenders.Select(c => (Contender: c, Series: new Series())).ToArray();
        for (var round = 0; round < runs; round++)
        {
            for (var i = 0; i < results.Length; i++)
            {
                var (contender, series) = results[(i + round) % results.Length];
                // What the run before left to be written must not be paid for by this one.
                await SyncAsync();
                var time = await contender.RunAsync(Path.Combine(place, $"run-{round}-{i}"), check);
                series.Add(time);
                Console.WriteLine($"round {round + 1}: {contender.Name}: {time.TotalSeconds:0.000} s");
            }
        }
        return results;
    }

    /// <summary>Writes to the disk what waits for it.</summary>
    public static async Task SyncAsync()
    {
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync();
    }
}
