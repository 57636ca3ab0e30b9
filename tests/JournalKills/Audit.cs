using Akka.Actor;
using Akka.Persistence;

namespace Ferry.JournalKills;

/// <summary>What a ledger recovered.</summary>
/// <param name="SnapshotAt">The sequence number of the snapshot, 0 where there was none.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Events">The events after it, with the sequence numbers they came with.</param>
/// <param name="Highest">The highest sequence number ever written.</param>
public sealed record Recovered(long SnapshotAt, LedgerState? Snapshot, IReadOnlyList<(long SequenceNr, Entry Entry)> Events, long Highest);

/// <summary>Recovers all ledgers in an actor system of its own.</summary>
internal static class Audit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Recovers each ledger from its newest snapshot, and again from its events alone.</summary>
    public static async Task<IReadOnlyList<(Recovered Usual, Recovered EventsOnly)>> RecoverAsync(string database)
    {
        var system = LedgerSystem.Create(database, "NORMAL");
        try
        {
            var all = await Task.WhenAll(Enumerable.Range(0, LedgerSystem.Ledgers).Select(async ledger =>
                (await RecoverAsync(system, ledger, SnapshotSelectionCriteria.Latest), await RecoverAsync(system, ledger, SnapshotSelectionCriteria.None))));
            return all;
        }
        finally
        {
            await system.Terminate().WaitAsync(Patience);
        }
    }

    private static Task<Recovered> RecoverAsync(ActorSystem system, int ledger, SnapshotSelectionCriteria from)
    {
        var done = new TaskCompletionSource<Recovered>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Auditor(ledger, from, done)));
        return done.Task.WaitAsync(Patience);
    }

    private sealed class Auditor : ReceivePersistentActor
    {
        private readonly int _ledger;
        private readonly SnapshotSelectionCriteria _from;
        private readonly TaskCompletionSource<Recovered> _done;

        public Auditor(int ledger, SnapshotSelectionCriteria from, TaskCompletionSource<Recovered> done)
        {
            (_ledger, _from, _done) = (ledger, from, done);
            SnapshotOffer? snapshot = null;
            var events = new List<(long, Entry)>();
            Recover<SnapshotOffer>(offer => snapshot = offer);
            Recover<Entry>(entry => events.Add((LastSequenceNr, entry)));
            Recover<RecoveryCompleted>(_ => done.SetResult(
                new Recovered(snapshot?.Metadata.SequenceNr ?? 0, snapshot?.Snapshot as LedgerState, events, LastSequenceNr)));
            CommandAny(_ => { });
        }

        public override string PersistenceId => LedgerSystem.PersistenceId(_ledger);

        public override Recovery Recovery => new(_from);

        protected override void OnRecoveryFailure(Exception reason, object? message = null) => _done.TrySetException(reason);
    }
}
