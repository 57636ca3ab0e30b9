using Akka.Actor;
using Akka.Persistence;
using Ferry.Actors.Hosting;

namespace Ferry.Actors.Transfers;

/// <summary>Supervisor to index: journal this.</summary>
/// <param name="Token">Names the write in the answer.</param>
/// <param name="Event">The fact.</param>
internal sealed record WriteIndex(long Token, IndexEvent Event);

/// <summary>Index to supervisor: it is journaled.</summary>
internal sealed record IndexWritten(long Token);

/// <summary>Index to supervisor: recovered; these are the rows, in the order they were accepted.</summary>
internal sealed record IndexRecovered(IReadOnlyList<IndexRow> Rows);

/// <summary>Index to supervisor: the journal cannot be written or read; the index stops.</summary>
internal sealed record IndexFailed(Exception Cause, bool WhileReading);

/// <summary>
/// Owns which transfers there are and what was commanded. Writes that come together are committed together; each is answered once it is
/// journaled. A write that fails stops it (as any persistent actor): the supervisor makes it anew after a while.
/// </summary>
internal sealed class TransferIndex : ReceivePersistentActor
{
    private const int FewestEventsPerSnapshot = 1000;

    private readonly IndexState _state = new();
    private readonly IActorRef _supervisor;
    private long _eventsSinceSnapshot;
    private bool _snapshotOut;

    public TransferIndex(IActorRef supervisor)
    {
        _supervisor = supervisor;
        JournalPluginId = FerryConfiguration.Journal;
        SnapshotPluginId = FerryConfiguration.SnapshotStore;
        Recover<SnapshotOffer>(offer => _state.Restore((IndexSnapshot)offer.Snapshot));
        Recover<IndexEvent>(e =>
        {
            _state.Apply(e);
            _eventsSinceSnapshot++;
        });
        Recover<RecoveryCompleted>(_ => _supervisor.Tell(new IndexRecovered(_state.Rows)));
        Command<WriteIndex>(Write);
        Command<SaveSnapshotSuccess>(OnSnapshotSaved);
        Command<SaveSnapshotFailure>(_ => _snapshotOut = false);
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(_ => { });
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(_ => { });
    }

    public override string PersistenceId => "transfer-index";

    public static Props Props(IActorRef supervisor) => ActorProducer<TransferIndex>.Props(() => new TransferIndex(supervisor));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _supervisor.Tell(new IndexFailed(cause, WhileReading: false));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        _supervisor.Tell(new IndexFailed(cause, WhileReading: false));
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        _supervisor.Tell(new IndexFailed(reason, WhileReading: true));
        base.OnRecoveryFailure(reason, message);
    }

    private void Write(WriteIndex write) => PersistAsync(write.Event, e =>
    {
        _state.Apply(e);
        _eventsSinceSnapshot++;
        _supervisor.Tell(new IndexWritten(write.Token));
        SnapshotWhenDue();
    });

    // As many events as there are rows: the work of snapshots stays in proportion to the work of events.
    private void SnapshotWhenDue()
    {
        if (_snapshotOut || _eventsSinceSnapshot < Math.Max(FewestEventsPerSnapshot, _state.Count))
            return;
        _snapshotOut = true;
        _eventsSinceSnapshot = 0;
        SaveSnapshot(new IndexSnapshot(_state.Rows));
    }

    private void OnSnapshotSaved(SaveSnapshotSuccess saved)
    {
        _snapshotOut = false;
        DeleteMessages(saved.Metadata.SequenceNr);
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
    }
}
