using System.Globalization;
using System.Security.Cryptography;
using Ferry.Interop.Tests.Kills;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Soak;

/// <summary>Uploads by tus that are killed again and again, or whose server is.</summary>
internal static class UploadSoak
{
    /// <summary>One upload after the other, each killed some times, until there were kills enough.</summary>
    public static async Task<SoakVerdict> KillClientsAsync(SoakOptions options, string place, CancellationToken until)
    {
        var (judge, random) = Begin(options, options.UploadKills, "an upload");
        await new SoakRounds(Path.Combine(place, "clients"), until).RunAsync(judge, SoakOptions.KillsOfUpload, async (own, kills) =>
        {
            await using var upload = await SoakUpload.StartAsync(options, own);
            var loop = new KillLoop(upload.Killed) { Told = judge.Take };
            var (done, end) = await loop.RunAsync(KillLoop.Points(random, options.Size, kills), until);
            judge.Take(Problems(end, upload, options.Size));
            var again = upload.Server.BytesReceived - options.Size;
            if (again > done.Count * KilledUpload.Chunk)
                judge.Violation($"the server received {again:#,0} bytes twice in {done.Count} kills");
        });
        return judge.Conclude();
    }

    /// <summary>One upload after the other, the server of each killed some times, until there were kills enough.</summary>
    public static async Task<SoakVerdict> KillServersAsync(SoakOptions options, string place, CancellationToken until)
    {
        var (judge, random) = Begin(options, options.ServerKills, "an upload's server");
        await new SoakRounds(Path.Combine(place, "servers"), until).RunAsync(judge, SoakOptions.KillsOfUpload, async (own, kills) =>
        {
            await using var upload = await SoakUpload.StartAsync(options, own);
            var loop = new ServerKillLoop(upload.Server, upload.Killed.Command, kills * upload.Killed.Limit) { Told = judge.Take };
            judge.Take(Problems(await loop.RunAsync(KillLoop.Points(random, options.Size, kills), until), upload, options.Size));
        });
        return judge.Conclude();
    }

    private static (SoakJudge Judge, Random Random) Begin(SoakOptions options, int wanted, string what)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"soak: {wanted} kills of {what} of {options.SizeMib} MiB at {options.RateMib} MiB/s to {(options.IsNpm ? "@tus/server" : "Ferry's receiver")}, seed {options.Seed}"));
        return (new SoakJudge("uploads", wanted, options.Seed, Console.Out) { MostLost = KilledUpload.Chunk }, new Random(options.Seed));
    }

    private static IEnumerable<string> Problems(FerryEnd end, SoakUpload upload, long size)
    {
        if (end.ExitCode != 0)
        {
            yield return $"the last run failed: {end}";
            yield break;
        }
        using var content = File.OpenRead(upload.Received);
        if (Convert.ToHexStringLower(SHA256.HashData(content)) != Content.Sha256(1, size))
            yield return "what the server has is not what was sent";
    }
}
