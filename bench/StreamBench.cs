using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Bench.Origins;
using Ferry.Engine.Requests;

namespace Ferry.Bench;

/// <summary>What a process holds whose consumer is slow: 1 GiB in chunks, 256 KiB of it a second for 20 s, then a cancel.</summary>
internal static class StreamBench
{
    private const long Length = 1L << 30;
    private const int Portion = 256 * 1024;
    private const int Seconds = 20;
    private const double MostMb = 100;

    /// <summary>Runs the consumer in a process of its own and reports.</summary>
    /// <returns>1 where it held too much, else 0.</returns>
    public static async Task<int> RunAsync(BenchOptions options)
    {
        await using var origin = await EndlessOrigin.StartAsync(Length);
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add("-slow-consumer");
        start.ArgumentList.Add(origin.Url);
        using var process = Process.Start(start)!;
        var told = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The consumer ended with exit code {process.ExitCode}.");
        var figures = told.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => long.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        Write(options, idle: figures[0] / 1e6, peak: figures[1] / 1e6, taken: figures[2], sent: origin.Sent);
        return figures[1] / 1e6 < MostMb ? 0 : 1;
    }

    /// <summary>The consumer: tells its memory once the engine is up, its largest, and the bytes it took.</summary>
    public static async Task<int> ConsumeAsync(string url)
    {
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { InMemory = true });
        using var self = Process.GetCurrentProcess();
        var idle = self.PeakWorkingSet64;
        var task = new TransferSession(engine).Fetch(new TransferRequest { Url = url, Destination = new ChunkDestination() });
        var taken = await TakeAsync(task);
        if (await task.End is not TransferCancelled)
            throw new InvalidOperationException($"The stream ended with {await task.End}.");
        self.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{idle} {self.PeakWorkingSet64} {taken}"));
        return 0;
    }

    // Leaving the loop cancels the stream.
    private static async Task<long> TakeAsync(TransferTask task)
    {
        var taken = 0L;
        var seconds = 0;
        await foreach (var chunk in task.ReadChunks())
        {
            taken += chunk.Data.Length;
            while (taken >= (seconds + 1L) * Portion)
            {
                seconds++;
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
            if (seconds >= Seconds)
                break;
        }
        return taken;
    }

    private static void Write(BenchOptions options, double idle, double peak, long taken, long sent)
    {
        var text = new StringBuilder();
        text.AppendLine("# A slow consumer of a stream of 1 GiB").AppendLine();
        foreach (var line in Machine.Describe(options.Place))
            text.AppendLine(line);
        text.AppendLine("- Origin: Kestrel in the process of the benchmark, over loopback");
        text.AppendLine(CultureInfo.InvariantCulture, $"- Taken {TimeProvider.System.GetUtcNow():yyyy-MM-dd} by `dotnet run --project bench -c Release -- {options.What}`: "
            + $"{Portion / 1024} KiB a second for {Seconds} s, then a cancel").AppendLine();
        text.AppendLine("| | MB | expected |").AppendLine("|---|---:|---:|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| largest working set of the process | {peak:0.0} | under {MostMb:0} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| - before the stream, the engine started | {idle:0.0} | |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| taken by the consumer | {taken / 1e6:0.0} | |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| sent by the server | {sent / 1e6:0.0} | |");
        text.AppendLine().AppendLine("- The consumer is a process of its own: an engine in memory and a loop over `TransferTask.ReadChunks`.");
        text.AppendLine("- What was sent and not taken lies in the buffers of the two sockets, which the kernel sizes, and in the chunks under way.");
        Report.Save(options, "stream", text.ToString());
    }
}
