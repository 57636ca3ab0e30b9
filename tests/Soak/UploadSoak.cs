using System.Diagnostics;
using System.Globalization;
using Ferry.Interop.Tests.Kills;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Peers;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Soak;

/// <summary>Uploads by tus that are killed again and again, or whose server is.</summary>
internal static class UploadSoak
{
    /// <summary>One upload after the other, each killed some times, until there were kills enough or the time is over.</summary>
    /// <returns>Whether all was right.</returns>
    public static Task<bool> KillClientsAsync(SoakOptions options, string place, CancellationToken until) =>
        RunAsync(options, options.UploadKills, "an upload", Path.Combine(place, "clients"), until, async (upload, random, kills, judge) =>
        {
            var (done, end) = await new KillLoop(upload.Killed) { Told = judge.Take }.RunAsync(KillLoop.Points(random, options.Size, kills), until);
            var again = upload.Server.BytesReceived - options.Size;
            if (again > done.Count * KilledUpload.Chunk)
                judge.Violation($"the server received {again:#,0} bytes twice in {done.Count} kills");
            return end;
        });

    /// <summary>One upload after the other, the server of each killed some times, until there were kills enough or the time is over.</summary>
    /// <returns>Whether all was right.</returns>
    public static Task<bool> KillServersAsync(SoakOptions options, string place, CancellationToken until) =>
        RunAsync(options, options.ServerKills, "an upload's server", Path.Combine(place, "servers"), until, async (upload, random, kills, judge) =>
        {
            var loop = new ServerKillLoop(upload.Server, upload.Killed.Command, SoakOptions.KillsOfUpload * upload.Killed.Limit, random) { Told = judge.Take };
            return await loop.RunAsync(options.Size, kills, until);
        });

    private static async Task<bool> RunAsync(
        SoakOptions options, int wanted, string what, string place, CancellationToken until, Func<SoakUpload, Random, int, SoakJudge, Task<FerryEnd>> run)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"soak: {wanted} kills of {what} of {options.SizeMib} MiB at {options.RateMib} MiB/s to {(options.IsNpm ? "@tus/server" : "Ferry's receiver")}, seed {options.Seed}"));
        var watch = Stopwatch.StartNew();
        var judge = new SoakJudge("uploads", options.Size, KilledUpload.Chunk);
        try
        {
            if (options.IsNpm && Npm.Missing("@tus/server", "@tus/file-store") is { } reason)
                throw new InvalidOperationException($"--server npm {reason}.");
            var random = new Random(options.Seed);
            for (var number = 1; judge.Kills < wanted && judge.Violations == 0 && !until.IsCancellationRequested; number++)
            {
                var own = Directory.CreateDirectory(Path.Combine(place, $"{number}")).FullName;
                await using (var upload = await SoakUpload.StartAsync(options, own))
                    judge.Take(await run(upload, random, Math.Min(SoakOptions.KillsOfUpload, wanted - judge.Kills), judge), () => upload.Received);
                Directory.Delete(own, recursive: true);
            }
        }
        catch (Exception e)
        {
            judge.Violation(e.ToString());
        }
        return judge.Conclude(options, wanted, watch.Elapsed);
    }
}

/// <summary>One upload of the soak, and the server that takes it.</summary>
/// <param name="Server">The server.</param>
/// <param name="Killed">The upload.</param>
/// <param name="Place">Where the server keeps it.</param>
internal sealed record SoakUpload(TusServer Server, KilledUpload Killed, string Place) : IAsyncDisposable
{
    /// <summary>The file as the server has it.</summary>
    public string Received => Directory.EnumerateFiles(Place).Single(f => Path.GetExtension(f) is "" or ".bin");

    /// <summary>Writes a file and starts a server for it.</summary>
    public static async Task<SoakUpload> StartAsync(SoakOptions options, string place)
    {
        var file = Path.Combine(place, "file.bin");
        await WriteAsync(file, options.Size);
        var received = Directory.CreateDirectory(Path.Combine(place, "received")).FullName;
        var server = options.IsNpm ? await TusServer.NpmAsync(received) : await TusServer.FerryAsync(received);
        return new SoakUpload(server, new KilledUpload(server, file, options.Size, Path.Combine(place, "state"), options.Rate), received);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static async Task WriteAsync(string file, long size)
    {
        await using var stream = File.Create(file);
        var piece = new byte[1024 * 1024];
        for (long offset = 0; offset < size; offset += piece.Length)
        {
            var count = (int)Math.Min(piece.Length, size - offset);
            Content.Fill(1, offset, piece.AsSpan(0, count));
            await stream.WriteAsync(piece.AsMemory(0, count));
        }
    }
}
