using Ferry.Bench.Contenders;
using Ferry.Bench.Origins;

namespace Ferry.Bench;

/// <summary>Many small files by one process each.</summary>
internal static class SmallBench
{
    private const int FileBytes = 16 * 1024;

    public static async Task RunAsync(BenchOptions options, string place)
    {
        var served = Directory.CreateDirectory(Path.Combine(place, "served-small")).FullName;
        var contents = Make(served, options.Files);
        await using var origin = await Origin.StartAsync(served, place);
        var results = await BenchRun.InTurnAsync(Contenders(options, origin.Url, place), options.Runs, place, files => Check(files, contents));
        Directory.Delete(served, recursive: true);
        Report.Write(
            options, $"small-{options.Files}-files", $"{options.Files} files of 16 KiB", origin.Description, results, options.Files * FileBytes / 1048576.0, Notes);
    }

    private static string[] Notes =>
    [
        "Each time is that of a whole process, from its start to its end, into a fresh directory. Every file's content is checked after the clock is stopped.",
        "ferry journals every one of these transfers, with all its states; none of the others keeps anything.",
        "The bare loop is a process of the benchmark itself: 16 workers, HttpClient, RandomAccess.Write.",
    ];

    private static IReadOnlyList<Contender> Contenders(BenchOptions options, string url, string place)
    {
        List<Contender> contenders =
        [
            Ferry(options, url, "process"),
            new("bare loop, 16 workers", Environment.ProcessPath!, own => ["-bare-small", url, Files(own), $"{options.Files}"]) { Shown = "bare loop, 16 workers" },
        ];
        if (Peers.Find("curl") is { } curl)
        {
            contenders.Add(new Contender(
                "curl -Z", curl,
                own => ["-s", "-Z", "--parallel-max", "16", $"{url}f-[00000-{options.Files - 1:00000}].bin", "-o", Path.Combine(Files(own), "f-#1.bin")])
            {
                Shown = "curl -s -Z --parallel-max 16 'URL/f-[00000-NNNNN].bin' -o 'DIR/f-#1.bin'",
            });
        }
        if (Peers.Find("aria2c") is { } aria2)
        {
            var list = Path.Combine(place, "list.txt");
            File.WriteAllLines(list, Enumerable.Range(0, options.Files).Select(i => url + BareLoop.SmallName(i)));
            contenders.Add(new Contender("aria2c -j16", aria2, own => ["-q", "--file-allocation=none", "-j16", "-i", list, "-d", Files(own)])
            {
                Shown = "aria2c -q --file-allocation=none -j16 -i LIST -d DIR",
            });
        }
        contenders.Add(Ferry(options, url, "power"));
        return contenders;
    }

    private static Contender Ferry(BenchOptions options, string url, string durability) => new(
        $"ferry get -j 16, {durability}", options.Ferry,
        own =>
        [
            "get", .. Enumerable.Range(0, options.Files).Select(i => url + BareLoop.SmallName(i)), "-d", Files(own), "-j", "16",
            "--durability", durability, "--data-dir", Path.Combine(own, "state"), "--quiet",
        ])
    {
        Shown = $"ferry get URL... -d DIR -j 16 --durability {durability} --data-dir DIR --quiet",
    };

    private static string Files(string place) => Path.Combine(place, "files");

    private static byte[][] Make(string directory, int count)
    {
        var random = new Random(2);
        var contents = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            contents[i] = new byte[FileBytes];
            random.NextBytes(contents[i]);
            File.WriteAllBytes(Path.Combine(directory, BareLoop.SmallName(i)), contents[i]);
        }
        return contents;
    }

    private static void Check(string files, byte[][] contents)
    {
        for (var i = 0; i < contents.Length; i++)
        {
            if (!File.ReadAllBytes(Path.Combine(files, BareLoop.SmallName(i))).AsSpan().SequenceEqual(contents[i]))
                throw new InvalidOperationException($"{BareLoop.SmallName(i)} is not the file that was served.");
        }
        if (Directory.EnumerateFiles(files).Count() != contents.Length)
            throw new InvalidOperationException("Files were left beside those that were asked for.");
    }
}
