namespace Ferry.Testing.Processes;

/// <summary>A transfer of the program that is killed: where it is asked for, and where its bytes are counted.</summary>
public interface IKilledTransfer
{
    /// <summary>The command, the same for every run.</summary>
    IReadOnlyList<string> Command { get; }

    /// <summary>How long one run may take.</summary>
    TimeSpan Limit { get; }

    /// <summary>Makes the server ready for the next run.</summary>
    /// <param name="point">The byte that run is to be killed at.</param>
    Task PrepareAsync(long point);

    /// <summary>The byte the run begins with, once the server was asked for it; null where the run ended without that.</summary>
    /// <param name="process">The run.</param>
    Task<long?> BeginsAtAsync(FerryProcess process);

    /// <summary>Ends when the run came to the point it is to be killed at.</summary>
    Task ReachedAsync();

    /// <summary>How far was sent, and how far of it had arrived, now that the process is gone.</summary>
    Task<(long Sent, long Written)> GoneAsync();
}

/// <summary>Kills one transfer with SIGKILL again and again at given byte counts, then lets it end.</summary>
/// <param name="transfer">The transfer.</param>
public sealed class KillLoop(IKilledTransfer transfer)
{
    private readonly List<Kill> _kills = [];
    private (long Asked, long Sent, long Written)? _last;

    /// <summary>Called after each kill, once the next run has asked the server.</summary>
    public Action<Kill> Told { get; init; } = _ => { };

    /// <summary>Called before the run that is not killed.</summary>
    public Func<Task> BeforeLast { get; init; } = () => Task.CompletedTask;

    /// <summary>Random byte counts, in order.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<long> Points(Random random, long size, int count)
    {
        ArgumentNullException.ThrowIfNull(random);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(1, size)).Order()];
    }

    /// <summary>Runs the loop, once. It ends early where a run ends before its point: all had arrived then, or it failed.</summary>
    /// <param name="points">The byte counts, in order.</param>
    /// <param name="until">No further run once this is set.</param>
    /// <returns>The kills, and how the last run ended.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="until"/> was set.</exception>
    /// <exception cref="TimeoutException">A run took too long; the message has what it wrote.</exception>
    public async Task<(IReadOnlyList<Kill> Kills, FerryEnd End)> RunAsync(IEnumerable<long> points, CancellationToken until = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        foreach (var point in points)
        {
            await transfer.PrepareAsync(point);
            if (await RunOnceAsync(isKilled: true, until) is { } early)
                return (_kills, early);
        }
        await BeforeLast();
        return (_kills, (await RunOnceAsync(isKilled: false, until))!);
    }

    // How the run ended; null where it was killed.
    private async Task<FerryEnd?> RunOnceAsync(bool isKilled, CancellationToken until)
    {
        until.ThrowIfCancellationRequested();
        using var process = FerryProcess.Start(transfer.Command);
        try
        {
            var ended = process.EndAsync(transfer.Limit);
            if (await transfer.BeginsAtAsync(process) is not { } from)
                return NoteEnd(await ended.WaitAsync(until));
            Note(from);
            if (!isKilled || !await IsReachedAsync(ended, until))
                return await ended.WaitAsync(until);
            await process.KillAsync();
            var end = await ended;
            if (!end.WasKilled)
                return end;
            var (sent, written) = await transfer.GoneAsync();
            _last = (from, sent, written);
            return null;
        }
        catch (TimeoutException e)
        {
            throw await process.GiveUpAsync(e);
        }
    }

    // False where the run ends first.
    private async Task<bool> IsReachedAsync(Task<FerryEnd> ended, CancellationToken until)
    {
        var reached = transfer.ReachedAsync();
        if (await Task.WhenAny(reached, ended).WaitAsync(until) == ended)
            return false;
        await reached;
        return true;
    }

    // Where everything had arrived, nothing is asked for.
    private FerryEnd NoteEnd(FerryEnd end)
    {
        if (end.ExitCode == 0 && _last is { } before)
            Note(before.Written);
        return end;
    }

    private void Note(long resumedAt)
    {
        if (_last is not { } before)
            return;
        var kill = new Kill(_kills.Count + 1, before.Asked, before.Sent, before.Written, resumedAt);
        _kills.Add(kill);
        Told(kill);
    }
}
