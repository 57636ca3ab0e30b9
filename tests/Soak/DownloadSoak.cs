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
        var judge = new SoakJudge("downloads", options.Size, KilledDownload.MostLost);
        try
        {
            await using var server = await MisbehavingServer.StartAsync();
            var random = new Random(options.Seed);
            for (var download = 1; judge.Kills < options.Kills && !until.IsCancellationRequested; download++)
            {
                var own = Directory.CreateDirectory(Path.Combine(place, $"{download}")).FullName;
                var killed = new KilledDownload(server, own, $"/slow/{download}.bin", options.Size, options.Rate);
                var points = KillLoop.Points(random, options.Size, Math.Min(SoakOptions.KillsOfDownload, options.Kills - judge.Kills));
                var (_, end) = await new KillLoop(killed) { Told = judge.Take }.RunAsync(points, until);
                judge.Take(end, () => killed.Target);
                Directory.Delete(own, recursive: true);
            }
        }
        catch (Exception e)
        {
            judge.Violation(e.ToString());
        }
        return judge.Conclude(options, options.Kills, watch.Elapsed);
    }
}
