using System.Text.Json;
using Ferry.Host.Commands;
using Ferry.Host.Rendering;

namespace Ferry.Host.Demo;

/// <summary><c>ferry demo</c>: kills a download in the middle and lets it go on, on this machine alone.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="seed">The seed of the files' content.</param>
internal sealed class DemoRun(Terminal terminal, int seed)
{
    private const int MiB = 1024 * 1024;
    private const long BytesPerSecond = 12 * MiB;

    private readonly DemoReport _report = new(terminal);

    /// <summary>Runs the demo.</summary>
    /// <returns>The exit code: 0 only where every file came out right and less was fetched again than the promise allows.</returns>
    public async Task<int> RunAsync()
    {
        // 1. An origin of its own, and a place that is removed in any case.
        var random = new Random(seed);
        DemoFile[] files =
        [
            new("later.bin", 16 * MiB, 10, random),
            new("urgent.bin", 40 * MiB, 900, random),
            new("normal.bin", 24 * MiB, 500, random),
        ];
        var place = Directory.CreateTempSubdirectory("ferry-demo-").FullName;
        try
        {
            await using var origin = await DemoOrigin.StartAsync(files, BytesPerSecond, terminal.Time);
            _report.Origin(origin.Url, files, BytesPerSecond);

            // 2. Two downloads at a time, the urgent one first; SIGKILL once half of all bytes are there.
            var arguments = Arguments(origin, files, place);
            var killed = await RunToKillAsync(arguments, files.Sum(f => (long)f.Content.Length) / 2);
            var sentBefore = origin.Answers.Sum(a => a.Sent);
            _report.Killed(killed, sentBefore);

            // 3. The same command again.
            var ended = await RunToEndAsync(arguments);
            var results = files.Select(f => DemoResult.Of(f, place, origin.Answers, ended)).ToArray();
            _report.Ended(results);
            return results.All(r => r.IsGood) ? ExitCode.Done : ExitCode.Failed;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static string[] Arguments(DemoOrigin origin, DemoFile[] files, string place) =>
    [
        "get", .. files.Select(f => origin.Url + f.Name), .. files.SelectMany(f => new[] { "--priority", $"{f.Priority}" }),
        "-d", place, "--data-dir", Path.Combine(place, "state"), "-j", "2", "--sha256", "--json",
    ];

    private async Task<IReadOnlyDictionary<string, long>> RunToKillAsync(string[] arguments, long killAt)
    {
        using var child = Child.Start(arguments);
        _report.Started(child.Id, arguments);
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var killed = false;
        await foreach (var line in child.LinesAsync())
        {
            var id = line.GetProperty("id").GetString()!;
            if (Is(line, "accepted"))
                names[id] = Path.GetFileName(line.GetProperty("path").GetString()!);
            if (!Is(line, "progress") && !Is(line, "completed"))
                continue;
            bytes[names[id]] = line.GetProperty("bytes").GetInt64();
            if (killed || bytes.Values.Sum() < killAt)
                continue;
            child.Kill();
            killed = true;
        }
        if (killed)
            return bytes;
        var (code, error) = await child.EndAsync();
        throw new InvalidOperationException($"The download ended before it could be killed (exit code {code}). {error}");
    }

    private async Task<IReadOnlyDictionary<string, JsonElement>> RunToEndAsync(string[] arguments)
    {
        using var child = Child.Start(arguments);
        _report.StartedAgain(child.Id);
        var ended = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        await foreach (var line in child.LinesAsync())
        {
            if (Is(line, "completed"))
                ended[Path.GetFileName(line.GetProperty("path").GetString()!)] = line;
        }
        var (code, error) = await child.EndAsync();
        return code == ExitCode.Done
            ? ended
            : throw new InvalidOperationException($"The second run ended with exit code {code}. {error}");
    }

    private static bool Is(JsonElement line, string name) => line.GetProperty("event").GetString() == name;
}
