using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;

namespace Ferry.Interop.Tests.Kills;

/// <summary>Kills the server of one upload with SIGKILL again and again at given byte counts, while one process of the program goes on with it.</summary>
/// <param name="server">The server; this upload alone runs there.</param>
/// <param name="command">The program's command.</param>
/// <param name="limit">How long the process may take.</param>
internal sealed class ServerKillLoop(TusServer server, IReadOnlyList<string> command, TimeSpan limit)
{
    /// <summary>Called after each kill, once the upload went on.</summary>
    public Action<Kill> Told { get; init; } = _ => { };

    /// <summary>Runs the loop.</summary>
    /// <param name="points">The byte counts, in order.</param>
    /// <param name="until">Ends the loop.</param>
    /// <returns>How the program ended.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="until"/> was set.</exception>
    /// <exception cref="TimeoutException">The program took too long; the message has what it wrote.</exception>
    public async Task<FerryEnd> RunAsync(IReadOnlyList<long> points, CancellationToken until)
    {
        await server.HoldAtAsync(points[0]);
        using var process = FerryProcess.Start(command);
        try
        {
            var ended = process.EndAsync(limit);
            var from = 0L;
            for (var i = 0; i < points.Count && await IsHeldAsync(points[i], ended, until); i++)
            {
                await server.KillAsync();
                await server.RestartAsync();
                if (i + 1 < points.Count)
                    await server.HoldAtAsync(points[i + 1]);
                var resumed = await ResumedAsync(ended, points[i]).WaitAsync(until);
                Told(new Kill(i + 1, from, points[i], points[i], resumed));
                from = resumed;
            }
            return await ended.WaitAsync(until);
        }
        catch (TimeoutException e)
        {
            throw await process.GiveUpAsync(e);
        }
    }

    // False where the program ends first.
    private async Task<bool> IsHeldAsync(long point, Task<FerryEnd> ended, CancellationToken until)
    {
        var held = server.HeldAtAsync(point);
        if (await Task.WhenAny(held, ended).WaitAsync(until) == ended)
            return false;
        await held;
        return true;
    }

    // A program that ends without sending went on behind all that had arrived: its end tells whether that was right.
    private async Task<long> ResumedAsync(Task<FerryEnd> ended, long arrived)
    {
        var sending = server.SendsFromAsync(0);
        return await Task.WhenAny(sending, ended) == sending ? await sending : arrived;
    }
}
