using System.Globalization;
using System.Security.Cryptography;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Soak;

/// <summary>Downloads that are killed again and again.</summary>
internal static class DownloadSoak
{
    /// <summary>One download after the other, each killed some times, until there were kills enough.</summary>
    public static async Task<SoakVerdict> RunAsync(SoakOptions options, string place, CancellationToken until)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"soak: {options.Kills} kills of a {options.SizeMib} MiB download at {options.RateMib} MiB/s, seed {options.Seed}"));
        var judge = new SoakJudge("downloads", options.Kills, options.Seed, Console.Out) { MostLost = KilledDownload.MostLost };
        var random = new Random(options.Seed);
        var whole = Content.Sha256(1, options.Size);
        await using var server = await MisbehavingServer.StartAsync();
        await new SoakRounds(Path.Combine(place, "downloads"), until).RunAsync(judge, SoakOptions.KillsOfDownload, async (own, kills) =>
        {
            var killed = new KilledDownload(server, own, $"/slow/{Path.GetFileName(own)}.bin", options.Size, options.Rate);
            var (_, end) = await new KillLoop(killed) { Told = judge.Take }.RunAsync(KillLoop.Points(random, options.Size, kills), until);
            judge.Take(Problems(end, () => Digest(killed.Target), whole));
        });
        return judge.Conclude();
    }

    /// <summary>What is wrong with the end of a download.</summary>
    /// <param name="end">How its last run ended.</param>
    /// <param name="digest">The SHA-256 of the file; asked for only where the run ended well.</param>
    /// <param name="whole">What it must be.</param>
    public static IEnumerable<string> Problems(FerryEnd end, Func<string> digest, string whole)
    {
        if (end.ExitCode != 0)
        {
            yield return $"the last run failed: {end}";
            yield break;
        }
        var (found, told) = (digest(), end.Last.GetProperty("sha256").GetString());
        if (found != whole || told != whole)
            yield return $"the SHA-256 is {found}, told as {told}, not {whole}";
    }

    private static string Digest(string path)
    {
        using var content = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
