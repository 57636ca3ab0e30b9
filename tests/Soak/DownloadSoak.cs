using System.Diagnostics;
using System.Globalization;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Soak;

/// <summary>Downloads that are killed again and again.</summary>
internal static class DownloadSoak
{
    /// <summary>One download after the other, each killed ten times, until there were kills enough or the time is over.</summary>
    /// <returns>Whether all was right.</returns>
    public static async Task<bool> RunAsync(SoakOptions options, string place, CancellationToken until)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"soak: {options.Kills} kills of a {options.SizeMib} MiB download at {options.RateMib} MiB/s, seed {options.Seed}"));
        var watch = Stopwatch.StartNew();
        var judge = new SoakJudge(options.SizeMib * 1024L * 1024);
        try
        {
            await using var server = await MisbehavingServer.StartAsync();
            var random = new Random(options.Seed);
            for (var download = 1; judge.Kills < options.Kills && !until.IsCancellationRequested; download++)
            {
                var own = Directory.CreateDirectory(Path.Combine(place, $"{download}")).FullName;
                var loop = new KillLoop(server, own, random) { Told = judge.Take };
                var (_, end) = await loop.RunAsync(
                    $"/slow/{download}.bin", options.SizeMib * 1024L * 1024, options.RateMib * 1024L * 1024, Math.Min(10, options.Kills - judge.Kills), until);
                judge.Take(end, loop.Target);
                Directory.Delete(own, recursive: true);
            }
            if (judge.Kills < options.Kills)
                Console.WriteLine($"The time of {options.Seconds} s was over after {judge.Kills} kills.");
        }
        catch (Exception e)
        {
            judge.Violation(e.ToString());
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{judge.Summary} in {watch.Elapsed.TotalSeconds:0} s, seed {options.Seed}"));
        return judge.Violations == 0 && judge.Kills > 0;
    }
}
