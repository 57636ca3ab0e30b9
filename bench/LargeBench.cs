using System.Globalization;
using System.Security.Cryptography;
using Ferry.Bench.Contenders;
using Ferry.Bench.Origins;

namespace Ferry.Bench;

/// <summary>One large file, each program run from its start to its end.</summary>
internal static class LargeBench
{
    private const string Name = "large.bin";

    public static async Task RunAsync(BenchOptions options, string place)
    {
        var served = Directory.CreateDirectory(Path.Combine(place, "served-large")).FullName;
        var digest = Make(Path.Combine(served, Name), options.SizeMib);
        await using var origin = await Origin.StartAsync(served, place);
        void Judge(string files) => Check(files, options.SizeMib, digest);
        var results = await BenchRun.InTurnAsync(Contenders(options, origin.Url + Name), options.Runs, place, Judge);
        var (engine, bare) = await WarmBench.RunAsync(options, origin.Url + Name, place, Judge);
        Directory.Delete(served, recursive: true);
        var warm = string.Create(
            CultureInfo.InvariantCulture,
            $"Inside one process that is warm: the engine {engine.Median:0.000} s ({engine.Min:0.000}-{engine.Max:0.000}), the bare loop {bare.Median:0.000} s "
            + $"({bare.Min:0.000}-{bare.Max:0.000}), ratio {engine.Median / bare.Median:0.00}; medians of {options.Runs}, in turn.");
        Report.Write(options, $"large-{options.SizeMib}-mib", $"One file of {options.SizeMib} MiB", origin.Description, results, options.SizeMib, [.. Notes, warm]);
    }

    private static string[] Notes =>
    [
        "Each time is that of a whole process, from its start to its end, into a fresh directory. Sizes and SHA-256 are checked after the clock is stopped; "
            + "`sync` runs before each start.",
        "The bare loop is a process of the benchmark itself: HttpClient, a 256 KiB buffer, RandomAccess.Write; nothing journaled, nothing checked.",
        "With `power` the bare loop flushes as ferry does: beside the transfer about every 6 MiB, one flush at a time, then the rest, then the directory.",
        "aria2 preallocates files by default; `--file-allocation=none` spares it that.",
    ];

    private static IReadOnlyList<Contender> Contenders(BenchOptions options, string url)
    {
        var self = Environment.ProcessPath!;
        List<Contender> contenders =
        [
            Ferry(options, url, "process"),
            new("bare loop", self, place => ["-bare-large", url, File(place), "-"]) { Shown = "bare loop" },
        ];
        if (Peers.Find("curl") is { } curl)
            contenders.Add(new Contender("curl", curl, place => ["-s", "-o", File(place), url]) { Shown = $"curl -s -o FILE URL" });
        if (Peers.Find("aria2c") is { } aria2)
        {
            contenders.Add(new Contender("aria2c", aria2, place => ["-q", "--file-allocation=none", "-d", Path.Combine(place, "files"), "-o", Name, url])
            {
                Shown = "aria2c -q --file-allocation=none -d DIR -o FILE URL",
            });
        }
        contenders.Add(Ferry(options, url, "power"));
        contenders.Add(new Contender("bare loop, same flushes", self, place => ["-bare-large", url, File(place), "flush"]) { Shown = "bare loop with flushes" });
        return contenders;
    }

    private static Contender Ferry(BenchOptions options, string url, string durability) => new(
        $"ferry get, {durability}", options.Ferry,
        place => ["get", url, "-o", File(place), "--durability", durability, "--data-dir", Path.Combine(place, "state"), "--quiet"])
    {
        Shown = $"ferry get URL -o FILE --durability {durability} --data-dir DIR --quiet",
    };

    private static string File(string place) => Path.Combine(place, "files", Name);

    /// <summary>Makes a file of random bytes.</summary>
    /// <returns>Its SHA-256.</returns>
    public static string Make(string path, int mib)
    {
        using var file = System.IO.File.Create(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(1);
        var block = new byte[1024 * 1024];
        for (var i = 0; i < mib; i++)
        {
            random.NextBytes(block);
            file.Write(block);
            hash.AppendData(block);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Check(string files, int mib, string digest)
    {
        using var file = System.IO.File.OpenRead(Path.Combine(files, Name));
        if (file.Length != (long)mib * 1024 * 1024 || Convert.ToHexStringLower(SHA256.HashData(file)) != digest)
            throw new InvalidOperationException("The file is not the one that was served.");
    }
}
