using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Bench.Origins;
using Ferry.Engine.Requests;

namespace Ferry.Bench;

/// <summary>How long a cancel takes, in states that only the other side could end: to the terminal event, and until the server sees its socket closed.</summary>
internal static class CancelBench
{
    private const int Cancels = 200;
    private const int WarmUps = 50;
    private const double ExpectedMs = 50;

    private static readonly byte[] HalfAnAnswer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + new string('x', 1000));

    private sealed record Case(string Name, string Scheme, byte[] Answer, bool IsFull = false)
    {
        public Series ToEnd { get; } = new();

        public Series ToClose { get; } = new();

        /// <summary>How long it takes to look for the client's socket, where that is how its end is found.</summary>
        public Series Look { get; } = new();
    }

    public static async Task RunAsync(BenchOptions options)
    {
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { InMemory = true, Cache = null });
        var session = new TransferSession(engine);
        Case[] cases =
        [
            new("connecting", "http", [], IsFull: true), new("TLS", "https", []), new("waiting for headers", "http", []), new("reading", "http", HalfAnAnswer),
        ];
        foreach (var one in cases)
        {
            using var origin = new HeldOrigin(one.Answer);
            if (one.IsFull)
                origin.Fill();
            for (var i = -WarmUps; i < Cancels; i++)
            {
                var (toEnd, toClose) = await CancelOneAsync(session, origin, one);
                if (i < 0)
                    continue;
                one.ToEnd.Add(toEnd);
                one.ToClose.Add(toClose);
            }
        }
        Write(options, cases);
    }

    private static async Task<(TimeSpan ToEnd, TimeSpan ToClose)> CancelOneAsync(TransferSession session, HeldOrigin origin, Case one)
    {
        var task = session.Prepare(new TransferRequest { Url = $"{one.Scheme}://{origin.Authority}/", Destination = new MemoryDestination() });
        var ended = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        task.On<TransferCancelled>(_ => ended.SetResult(Stopwatch.GetTimestamp()));
        if (one.Answer.Length > 0)
            task.On<DataReceived>(_ => reached.TrySetResult());
        else
            reached.SetResult();
        task.Start();
        var closed = one.IsFull ? null : await origin.TakeAsync();
        while (one.IsFull && !origin.HasCaller)
            await Task.Yield();
        await reached.Task;
        // Until the client waits on its socket too.
        await Task.Delay(5);
        var began = Stopwatch.GetTimestamp();
        task.Abort();
        var toEnd = Stopwatch.GetElapsedTime(began, await ended.Task);
        return (toEnd, closed is null ? await GoneAsync(origin, one, began) : Stopwatch.GetElapsedTime(began, await closed));
    }

    private static async Task<TimeSpan> GoneAsync(HeldOrigin origin, Case one, long began)
    {
        while (true)
        {
            var look = Stopwatch.GetTimestamp();
            var isGone = !origin.HasCaller;
            one.Look.Add(Stopwatch.GetElapsedTime(look));
            if (isGone)
                return Stopwatch.GetElapsedTime(began);
            await Task.Yield();
        }
    }

    private static void Write(BenchOptions options, IReadOnlyList<Case> cases)
    {
        var text = new StringBuilder();
        text.AppendLine("# How long a cancel takes").AppendLine();
        foreach (var line in Machine.Describe(options.Place))
            text.AppendLine(line);
        text.AppendLine("- Origin: a bare listener in the same process, over loopback");
        text.AppendLine(CultureInfo.InvariantCulture, $"- Taken {TimeProvider.System.GetUtcNow():yyyy-MM-dd} by `dotnet run --project bench -c Release -- {options.What}`: "
            + $"{Cancels} cancels of each state, one after the other, after {WarmUps} to warm up").AppendLine();
        text.AppendLine("| state | to the terminal event, p50 ms | p99 ms | max ms | to the end of the server's socket, p50 ms | p99 ms | max ms |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var one in cases)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {one.Name} | {Quantiles(one.ToEnd)} | {Quantiles(one.ToClose)} |");
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"- Expected: p99 under {ExpectedMs:0} ms.");
        text.AppendLine("- From the call of `TransferTask.Abort` to the call of a listener of `TransferCancelled`, and to the server's read that ends, inside one warm process.");
        var looks = cases.Single(c => c.IsFull).Look;
        text.AppendLine("- Connecting: to a listener whose queue is full, so that the server has no socket that it could see the end of; the end is that of the "
            + "client's socket, looked for in the system's table from the terminal event on.");
        text.AppendLine(CultureInfo.InvariantCulture, $"- One such look takes {looks.Median * 1e3:0.00} ms (median), and "
            + $"{looks.Count} looks found the end of {Cancels + WarmUps} sockets: it is an upper bound.");
        Report.Save(options, "cancel", text.ToString());
    }

    private static string Quantiles(Series series) => string.Create(
        CultureInfo.InvariantCulture, $"{series.Median * 1e3:0.00} | {series.Quantile(0.99) * 1e3:0.00} | {series.Max * 1e3:0.00}");
}
