using System.Globalization;
using Ferry.Interop.Tests.Kills;
using Ferry.Testing.Processes;

namespace Ferry.Soak;

/// <summary>Uploads by tus that are killed again and again, or whose server is.</summary>
internal static class UploadSoak
{
    /// <summary>One upload after the other, each killed some times, until there were kills enough.</summary>
    public static async Task<SoakVerdict> KillClientsAsync(SoakOptions options, string place, CancellationToken until)
    {
        // What the server has when the process is gone is not sent again.
        var (judge, random) = Begin(options, options.UploadKills, "an upload", mostLost: 0);
        var plans = new UploadPlans(random, options.Size, options.ChangesSources ? SourceChange.IsSeen : null);
        await new SoakRounds(Path.Combine(place, "clients"), until).RunAsync(judge, SoakOptions.KillsOfUpload, async (own, kills) =>
        {
            await using var upload = await SoakUpload.StartAsync(options, own);
            judge.Take(await KillClientAsync(upload, plans.Next(kills), judge, until));
        });
        return judge.Conclude();
    }

    // The run after the change fails; the one after that sends the file as it is now.
    private static async Task<IEnumerable<string>> KillClientAsync(SoakUpload upload, UploadPlan plan, SoakJudge judge, CancellationToken until)
    {
        var end = await upload.KillClientAsync(plan.Points, plan.Change, judge.Take, until);
        if (plan.Change is not null)
            judge.Change(end.HasChanged);
        if (!end.HasChanged)
            return end.Problems();
        var problems = end.ProblemsAfterChange().ToList();
        Console.WriteLine($"killed, then the file changed ({plan.Change}): the next run {(end.IsComplete ? "went on" : "failed")}, {problems.Count} violations");
        return problems.Count > 0 || end.IsComplete
            ? problems
            : (await upload.KillClientAsync(plan.PointsAfter, change: null, judge.Take, until)).Problems();
    }

    /// <summary>One upload after the other, the server of each killed some times, until there were kills enough.</summary>
    public static async Task<SoakVerdict> KillServersAsync(SoakOptions options, string place, CancellationToken until)
    {
        var (judge, random) = Begin(options, options.ServerKills, "an upload's server", KilledUpload.Chunk);
        await new SoakRounds(Path.Combine(place, "servers"), until).RunAsync(judge, SoakOptions.KillsOfUpload, async (own, kills) =>
        {
            await using var upload = await SoakUpload.StartAsync(options, own);
            judge.Take((await upload.KillServerAsync(KillLoop.Points(random, options.Size, kills), judge.Take, until)).Problems());
        });
        return judge.Conclude();
    }

    private static (SoakJudge Judge, Random Random) Begin(SoakOptions options, int wanted, string what, long mostLost)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"soak: {wanted} kills of {what} of {options.SizeMib} MiB at {options.RateMib} MiB/s to {(options.IsNpm ? "@tus/server" : "Ferry's receiver")}, seed {options.Seed}"));
        return (new SoakJudge("uploads", wanted, options.Seed, Console.Out) { MostLost = mostLost }, new Random(options.Seed));
    }
}
