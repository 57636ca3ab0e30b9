using Ferry.Host.Commands;
using Ferry.Host.Session;

namespace Ferry.Host.Demo;

/// <summary><c>ferry demo</c>: kills downloads and an upload in the middle and lets them go on, on this machine alone.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="seed">The seed of the files' content.</param>
internal sealed class DemoRun(Terminal terminal, int seed)
{
    private const int MiB = 1024 * 1024;
    private const long BytesPerSecond = 12 * MiB;
    private const long Chunk = 2 * MiB;

    private readonly DemoReport _report = new(terminal);

    /// <summary>Runs the demo.</summary>
    /// <returns>The exit code: 0 only where every file came out right and no more was moved again than the promise allows.</returns>
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
        var upload = new DemoFile("upload.bin", 24 * MiB, 1, random);
        using var stop = new CancellationTokenSource();
        using var interrupts = new Interrupts(stop.Cancel);
        var place = Directory.CreateTempSubdirectory("ferry-demo-").FullName;
        try
        {
            await using var origin = await DemoOrigin.StartAsync(files, BytesPerSecond, Path.Combine(place, "received"), terminal.Time);
            _report.Origin(origin.Url, files, BytesPerSecond);

            // 2. Downloads and an upload, each killed in the middle and run again.
            DemoResult[] results = [.. await DownloadAsync(origin, files, place, stop.Token), await UploadAsync(origin, upload, place, stop.Token)];
            _report.Ended(results);
            return results.All(r => r.IsGood) ? ExitCode.Done : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            terminal.Complain("Stopped; nothing of the demo is left.");
            return ExitCode.Interrupted;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    // Two at a time, the urgent one first; SIGKILL once half of all bytes are there.
    private async Task<IEnumerable<DemoResult>> DownloadAsync(DemoOrigin origin, DemoFile[] files, string place, CancellationToken stop)
    {
        string[] arguments =
        [
            "get", .. files.Select(f => origin.Url + f.Name), .. files.SelectMany(f => new[] { "--priority", $"{f.Priority}" }),
            "-d", place, "--data-dir", Path.Combine(place, "state"), "-j", "2", "--sha256", "--json",
        ];
        var killed = new KilledCommand(arguments, _report, stop);
        var came = await killed.RunToKillAsync("ferry get in a process of its own, two downloads at a time", files.Sum(f => (long)f.Content.Length) / 2);
        _report.Killed(came, $"The origin had sent {DemoReport.Bytes(origin.Answers.Sum(a => a.Sent))} by then.");
        var ended = await killed.RunToEndAsync();
        return files.Select(f => DemoResult.OfDownload(f, place, origin.Answers, ended.TryGetValue(f.Name, out var line) ? line : null));
    }

    private async Task<DemoResult> UploadAsync(DemoOrigin origin, DemoFile file, string place, CancellationToken stop)
    {
        var source = Path.Combine(place, file.Name);
        await File.WriteAllBytesAsync(source, file.Content);
        string[] arguments =
        [
            "put", source, origin.UploadUrl, "--tus", "--chunk-size", $"{Chunk / MiB}M", "--limit-rate", $"{BytesPerSecond / MiB}M",
            "--data-dir", Path.Combine(place, "upload-state"), "--json",
        ];
        var killed = new KilledCommand(arguments, _report, stop);
        var came = await killed.RunToKillAsync("ferry put, an upload by tus", file.Content.Length / 2);
        _report.Killed(came, $"The origin had received {DemoReport.Bytes(origin.Received)} by then.");
        var ended = await killed.RunToEndAsync();
        return DemoResult.OfUpload(file, Path.Combine(place, "received"), origin.Received, Chunk, ended.TryGetValue(file.Name, out var line) ? line : null);
    }
}
