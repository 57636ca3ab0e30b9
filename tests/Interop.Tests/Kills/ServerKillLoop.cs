using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;

namespace Ferry.Interop.Tests.Kills;

/// <summary>Kills the server of one upload with SIGKILL again and again at random byte counts, while one process of the program goes on with it.</summary>
/// <param name="server">The server; this upload alone runs there.</param>
/// <param name="command">The program's command.</param>
/// <param name="limit">How long the process may take.</param>
/// <param name="random">The source of the byte counts.</param>
internal sealed class ServerKillLoop(TusServer server, IReadOnlyList<string> command, TimeSpan limit, Random random)
{
    /// <summary>Called after each kill, once the upload went on.</summary>
    public Action<Kill> Told { get; init; } = _ => { };

    /// <summary>Runs the loop.</summary>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="kills">How many kills at most: a point the upload has passed when the server is back is left out.</param>
    /// <param name="until">No further kill once this is set.</param>
    /// <returns>How the program ended.</returns>
    public async Task<FerryEnd> RunAsync(long size, int kills, CancellationToken until)
    {
        var points = new Queue<long>(Enumerable.Range(0, kills).Select(_ => random.NextInt64(1, size)).Order());
        await server.HoldAtAsync(points.Peek());
        using var process = FerryProcess.Start(command);
        var ended = process.EndAsync(limit);
        for (var (number, from) = (1, 0L); points.TryDequeue(out var point); number++)
        {
            var held = server.HeldAtAsync(point);
            if (await Task.WhenAny(held, ended) == ended)
                break;
            await held;
            await server.KillAsync();
            await server.RestartAsync();
            if (until.IsCancellationRequested)
                points.Clear();
            if (points.TryPeek(out var next))
                await server.HoldAtAsync(next);
            var resumed = await ResumedAsync(ended, size);
            Told(new Kill(number, from, point, point, resumed));
            from = resumed;
        }
        return await ended;
    }

    // Where everything had arrived, nothing is sent again.
    private async Task<long> ResumedAsync(Task<FerryEnd> ended, long size)
    {
        var sending = server.SendsFromAsync(0);
        return await Task.WhenAny(sending, ended) == sending ? await sending : size;
    }
}
