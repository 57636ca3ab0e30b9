using System.Globalization;

namespace Ferry.JournalKills;

/// <summary>What one kill left behind.</summary>
/// <param name="Number">Which kill, from 1.</param>
/// <param name="Synchronous">How the journal was flushed.</param>
/// <param name="Acknowledged">How many entries were acknowledged before the process was gone.</param>
/// <param name="Others">How many snapshots and deletions were.</param>
/// <param name="Violations">What is wrong.</param>
public sealed record JournalKill(int Number, string Synchronous, int Acknowledged, int Others, IReadOnlyList<string> Violations)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"journal kill {Number} ({Synchronous}): {Acknowledged} entries, {Others} snapshots and deletions acknowledged, {Violations.Count} violations");
}

/// <summary>
/// Kills a program that writes a journal with SIGKILL at random moments, and looks each time whether all it was
/// acknowledged is there, in order, none twice. The next program goes on with what the last one left.
/// </summary>
/// <param name="place">A directory of its own.</param>
/// <param name="seed">What repeats the choices of a loop.</param>
public sealed class JournalKillLoop(string place, int seed)
{
    // Then a new journal: one that grows without end makes the later kills slower, not harder.
    private const int KillsPerJournal = 10;

    private const int LatestKill = 400;

    private readonly Random _random = new(seed);

    /// <summary>Called after each kill.</summary>
    public Action<JournalKill> Told { get; init; } = _ => { };

    /// <summary>Runs the loop.</summary>
    /// <param name="kills">How many kills.</param>
    /// <param name="until">No further kill once this is set.</param>
    /// <exception cref="TimeoutException">A program said nothing for a minute, or what it left was not read in time.</exception>
    public async Task<IReadOnlyList<JournalKill>> RunAsync(int kills, CancellationToken until = default)
    {
        var done = new List<JournalKill>();
        var journal = NewJournal(0);
        for (var inJournal = 0; done.Count < kills && !until.IsCancellationRequested; inJournal++)
        {
            if (inJournal == KillsPerJournal)
                (journal, inJournal) = (NewJournal(done.Count), 0);
            var kill = await KillAsync(done.Count + 1, journal.Database, journal.Histories);
            done.Add(kill);
            Told(kill);
        }
        return done;
    }

    private (string Database, LedgerHistory[] Histories) NewJournal(int number) => (
        Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"journal-{number}.db")),
        [.. Enumerable.Range(0, LedgerSystem.Ledgers).Select(_ => new LedgerHistory())]);

    private async Task<JournalKill> KillAsync(int number, string database, LedgerHistory[] histories)
    {
        var synchronous = number % 2 == 0 ? "FULL" : "NORMAL";
        var (seed, acknowledgements) = (_random.Next(), _random.Next(LatestKill));
        using var process = LedgerProcess.Start(database, synchronous, seed);
        var told = await process.KillAfterAsync(acknowledgements);
        var entries = told.Count(t => t.What == Acknowledged.Entry);
        return new JournalKill(number, synchronous, entries, told.Count - entries - 1, Judge(told, await Audit.RecoverAsync(database), histories));
    }

    private static List<string> Judge(
        IReadOnlyList<Acknowledgement> told, IReadOnlyList<(Recovered Usual, Recovered EventsOnly)> recovered, LedgerHistory[] histories)
    {
        var wrong = told.Where(t => t.What != Acknowledged.Ready).Select(t => Name(t.Ledger, histories[t.Ledger].Take(t))).OfType<string>().ToList();
        for (var ledger = 0; ledger < histories.Length; ledger++)
            wrong.AddRange(histories[ledger].Judge(recovered[ledger].Usual, recovered[ledger].EventsOnly).Select(text => Name(ledger, text)!));
        return wrong;
    }

    private static string? Name(int ledger, string? wrong) => wrong is null ? null : $"{LedgerSystem.PersistenceId(ledger)}: {wrong}";
}
