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

    /// <summary>The byte the run begins with, once the server was asked for it.</summary>
    /// <param name="process">The run.</param>
    Task<long> BeginsAtAsync(FerryProcess process);

    /// <summary>Ends when the run came to the point it is to be killed at.</summary>
    Task ReachedAsync();

    /// <summary>How far was sent, and how far of it had arrived, now that the process is gone.</summary>
    Task<(long Sent, long Written)> GoneAsync();
}

/// <summary>Kills one transfer with SIGKILL again and again at random byte counts, then lets it end.</summary>
/// <param name="transfer">The transfer.</param>
/// <param name="random">The source of the byte counts.</param>
public sealed class KillLoop(IKilledTransfer transfer, Random random)
{
    /// <summary>Called after each kill, once the next run has asked the server.</summary>
    public Action<Kill> Told { get; init; } = _ => { };

    /// <summary>Runs the loop.</summary>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="kills">How many kills.</param>
    /// <param name="until">No further kill once this is set.</param>
    /// <returns>The kills, and how the last run ended.</returns>
    public async Task<(IReadOnlyList<Kill> Kills, FerryEnd End)> RunAsync(long size, int kills, CancellationToken until = default)
    {
        var points = Enumerable.Range(0, kills).Select(_ => random.NextInt64(1, size)).Order().ToArray();
        var done = new List<Kill>();
        (long Asked, long Sent, long Written)? last = null;
        foreach (var point in points)
        {
            if (until.IsCancellationRequested)
                break;
            await transfer.PrepareAsync(point);
            using var process = FerryProcess.Start(transfer.Command);
            var from = await transfer.BeginsAtAsync(process);
            Note(done, last, from);
            await transfer.ReachedAsync().WaitAsync(transfer.Limit, until);
            await process.KillAsync();
            var (sent, written) = await transfer.GoneAsync();
            last = (from, sent, written);
        }
        using var ending = FerryProcess.Start(transfer.Command);
        if (last is not null)
            Note(done, last, await transfer.BeginsAtAsync(ending));
        return (done, await ending.EndAsync(transfer.Limit));
    }

    private void Note(List<Kill> done, (long Asked, long Sent, long Written)? last, long resumedAt)
    {
        if (last is not { } before)
            return;
        var kill = new Kill(done.Count + 1, before.Asked, before.Sent, before.Written, resumedAt);
        done.Add(kill);
        Told(kill);
    }
}
