using Akka.Actor;
using Akka.Persistence;

namespace Ferry.JournalKills;

/// <summary>Starts the ledgers, and sets them to work when all have recovered.</summary>
internal sealed class LedgerKeeper : ReceiveActor
{
    // More than one piece of work at a time, so that a ledger's writes of different kinds are under way together.
    private const int WorkAtATime = 3;

    public LedgerKeeper(int seed, AcknowledgementWriter output)
    {
        var ledgers = Enumerable.Range(0, LedgerSystem.Ledgers).Select(i => Context.ActorOf(Ledger.Props(i, seed, output))).ToList();
        var recovered = 0;
        Receive<RecoveryCompleted>(_ =>
        {
            if (++recovered != ledgers.Count)
                return;
            output.Write(new Acknowledgement(Acknowledged.Ready));
            for (var i = 0; i < WorkAtATime; i++)
                ledgers.ForEach(ledger => ledger.Tell(Ledger.Work.Instance));
        });
    }

    public static Props Props(int seed, AcknowledgementWriter output) => Akka.Actor.Props.Create(() => new LedgerKeeper(seed, output));
}

/// <summary>Persists entries in every way there is, snapshots and deletes, without end, and tells what it is told.</summary>
internal sealed class Ledger : ReceivePersistentActor
{
    private readonly int _ledger;
    private readonly AcknowledgementWriter _output;
    private readonly Random _random;
    private LedgerState _state = LedgerState.Empty;
    private long _given;

    public Ledger(int ledger, int seed, AcknowledgementWriter output)
    {
        _ledger = ledger;
        _output = output;
        _random = new Random(HashOf(seed, ledger));
        Recover<SnapshotOffer>(offer => _state = (LedgerState)offer.Snapshot);
        Recover<Entry>(entry => _state = _state.With(entry.Value));
        Recover<RecoveryCompleted>(completed =>
        {
            _given = LastSequenceNr;
            Context.Parent.Tell(completed);
        });
        Command<Work>(_ => DoNext(_random.Next(100)));
        Command<SaveSnapshotSuccess>(Saved);
        Command<DeleteMessagesSuccess>(deleted => Tell(Acknowledged.Deletion, deleted.ToSequenceNr));
        Command<DeleteSnapshotsSuccess>(_ => { });
        CommandAny(_ => Tell(Acknowledged.Failure, LastSequenceNr));
    }

    public override string PersistenceId => LedgerSystem.PersistenceId(_ledger);

    public static Props Props(int ledger, int seed, AcknowledgementWriter output) =>
        Akka.Actor.Props.Create(() => new Ledger(ledger, seed, output));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Tell(Acknowledged.Failure, sequenceNr);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Tell(Acknowledged.Failure, sequenceNr);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Tell(Acknowledged.Failure, LastSequenceNr);

    // string.GetHashCode and HashCode differ from process to process; this does not.
    private static int HashOf(int seed, int ledger) => unchecked((seed * 397) + ledger);

    private void DoNext(int choice)
    {
        switch (choice)
        {
            case < 35:
                Persist(Next(1).Single(), Written);
                break;
            case < 55:
                PersistAll(Next(_random.Next(2, 6)), Written);
                break;
            case < 70:
                PersistAsync(Next(1).Single(), Written);
                break;
            case < 85:
                PersistAllAsync(Next(_random.Next(2, 6)), Written);
                break;
            case < 90:
                DeferAsync(Work.Instance, Self.Tell);
                break;
            default:
                SaveSnapshot(_state);
                break;
        }
    }

    private Entry[] Next(int count)
    {
        var last = _given + count;
        var entries = Enumerable.Range(1, count).Select(i => new Entry(_given + i, last, _random.Next())).ToArray();
        _given = last;
        return entries;
    }

    private void Written(Entry entry)
    {
        _state = _state.With(entry.Value);
        Tell(Acknowledged.Entry, LastSequenceNr, entry.Value);
        if (entry.Number == entry.Last)
            Self.Tell(Work.Instance);
    }

    private void Saved(SaveSnapshotSuccess saved)
    {
        var number = saved.Metadata.SequenceNr;
        Tell(Acknowledged.Snapshot, number);
        if (_random.Next(2) == 0)
            DeleteMessages(number);
        if (_random.Next(2) == 0)
            DeleteSnapshots(new SnapshotSelectionCriteria(number - 1));
        Self.Tell(Work.Instance);
    }

    private void Tell(Acknowledged what, long number, int value = 0) => _output.Write(new Acknowledgement(what, _ledger, number, value));

    /// <summary>Do something.</summary>
    public sealed class Work
    {
        public static readonly Work Instance = new();
    }
}
