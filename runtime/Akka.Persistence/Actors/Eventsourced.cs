using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>
/// An actor whose state is what its events make of it. It recovers first (this file's neighbour, Recovery), then handles
/// commands; while an event of <c>Persist</c> is being written, commands wait in a stash of its own (neighbour Writing).
/// </summary>
public abstract partial class Eventsourced : ActorBase, IPersistentIdentity, IPersistenceStash, IPersistenceRecovery
{
    private static int _instances;

    // Tells answers to an earlier incarnation of this actor apart.
    private readonly int _instanceId = Interlocked.Increment(ref _instances);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly IStash _internalStash;

    // Whether a waiting message was put back and is now the mailbox's first.
    private bool _released;
    private IActorRef? _journal;
    private IActorRef? _snapshotStore;
    private ILoggingAdapter? _log;
    private Phase _phase = Phase.AwaitingPermit;
    private long _sequenceNr;

    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        _internalStash = StashFactory.Create(Cell, GetType());
        Stash = new UserStash(Stash, _internalStash);
    }

    private enum Phase
    {
        AwaitingPermit,
        LoadingSnapshot,
        Replaying,
        Live,
        Failed,
    }

    public abstract string PersistenceId { get; }

    public string JournalPluginId { get; protected set; } = "";

    public string SnapshotPluginId { get; protected set; } = "";

    public virtual Recovery Recovery => Recovery.Default;

    public string SnapshotterId => PersistenceId;

    public IStash Stash { get; set; } = null!;

    /// <summary>The number of the last event that was written or replayed.</summary>
    public long LastSequenceNr { get; private set; }

    public long SnapshotSequenceNr => LastSequenceNr;

    public bool IsRecovering => _phase is not Phase.Live;

    public bool IsRecoveryFinished => !IsRecovering;

    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    protected PersistenceExtension Extension { get; }

    protected virtual ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>Writes an event, then calls the handler; commands wait until then.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler) => Write([@event], handler, stashing: true);

    /// <summary>Writes events all or none, then calls the handler for each; commands wait until then.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => Write(events, handler, stashing: true);

    /// <summary>Writes an event, then calls the handler; commands are handled meanwhile.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler) => Write([@event], handler, stashing: false);

    /// <summary>Writes events all or none, then calls the handler for each; commands are handled meanwhile.</summary>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => Write(events, handler, stashing: false);

    /// <summary>Calls the handler after those of all events given to the journal so far.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        RequireRecovered();
        if (_pending.Count == 0)
        {
            handler(evt);
            return;
        }
        _pending.Enqueue(new Pending(e => handler((TEvent)e), IsStashing: false));
        _batch.Add(new DeferredEnvelope(evt!, Sender));
    }

    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr), Self);

    public void SaveSnapshot(object snapshot) =>
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr), snapshot), Self);

    public void DeleteSnapshot(long sequenceNr) =>
        SnapshotStore.Tell(new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr)), Self);

    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) =>
        SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);

    /// <summary>Deletes events up to a number, which must have been written; <see cref="long.MaxValue"/> means all there are.</summary>
    public void DeleteMessages(long toSequenceNr)
    {
        if (toSequenceNr <= LastSequenceNr || toSequenceNr == long.MaxValue)
            Journal.Tell(new DeleteMessagesTo(PersistenceId, toSequenceNr, Self), Self);
        else
            Self.Tell(new DeleteMessagesFailure(NotWritten(toSequenceNr), toSequenceNr), Self);
    }

    protected internal override void AroundPreStart()
    {
        BeginRecovery();
        base.AroundPreStart();
    }

    protected internal override void AroundPreRestart(Exception cause, object? message)
    {
        EndRecovery();
        PutBackWaiting();
        base.AroundPreRestart(cause, message switch
        {
            WriteMessageSuccess written => written.Persistent.Payload,
            LoopMessageSuccess deferred => deferred.Message,
            ReplayedMessage replayed => replayed.Persistent.Payload,
            _ => message,
        });
    }

    protected internal override void AroundPostRestart(Exception cause, object? message)
    {
        BeginRecovery();
        base.AroundPostRestart(cause, message);
    }

    protected internal override void AroundPostStop()
    {
        EndRecovery();
        PutBackWaiting();
        base.AroundPostStop();
    }

    protected internal override bool AroundReceive(Receive receive, object message)
    {
        _released = false;
        switch (_phase)
        {
            case Phase.Live:
                ReceiveLive(receive, message);
                break;
            case Phase.Failed:
                StashInternally(message);
                break;
            default:
                ReceiveRecovering(message);
                break;
        }
        return true;
    }

    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    /// <summary>Called when recovery fails; the actor is stopped afterwards.</summary>
    protected virtual void OnRecoveryFailure(Exception reason, object? message = null) =>
        Log.Error(reason, "Recovery of {0} failed after event {1}{2}", PersistenceId, LastSequenceNr, message is null ? "" : $", on {message.GetType().Name}");

    /// <summary>Called when a write fails, so that it is not known whether the event was kept; the actor is stopped afterwards.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "{0} could not write event {1} ({2})", PersistenceId, sequenceNr, @event.GetType().Name);

    /// <summary>Called when the journal does not take an event; the actor goes on without it.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "{0} had event {1} ({2}) rejected", PersistenceId, sequenceNr, @event.GetType().Name);

    protected virtual void OnReplaySuccess()
    {
    }

    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case SaveSnapshotFailure failure:
                Log.Warning("{0} could not save a snapshot: {1}", failure.Metadata, failure.Cause.Message);
                break;
            case DeleteSnapshotFailure failure:
                Log.Warning("{0} could not be deleted: {1}", failure.Metadata, failure.Cause.Message);
                break;
            case DeleteSnapshotsFailure failure:
                Log.Warning("Snapshots of {0} could not be deleted: {1}", PersistenceId, failure.Cause.Message);
                break;
            case DeleteMessagesFailure failure:
                Log.Warning("Events of {0} up to {1} could not be deleted: {2}", PersistenceId, failure.ToSequenceNr, failure.Cause.Message);
                break;
            case RecoveryCompleted or SaveSnapshotSuccess or DeleteSnapshotSuccess or DeleteSnapshotsSuccess or DeleteMessagesSuccess:
                break;
            default:
                base.Unhandled(message);
                break;
        }
    }

    private void StashInternally(object message)
    {
        if (!IsLateAnswer(message))
            _internalStash.Stash();
    }

    /// <summary>Puts back the message that waits longest. One at a time: were all put back, the next Persist would put all aside again.</summary>
    private void ReleaseWaiting()
    {
        if (_pendingStashing > 0 || _internalStash.IsEmpty)
            return;
        _internalStash.Unstash();
        _released = true;
    }

    private void PutBackWaiting()
    {
        if (_released && Cell.Mailbox.MessageQueue.TryDequeue(out var first))
            _internalStash.Prepend([first]);
        _released = false;
        _internalStash.UnstashAll();
    }

    // Answers that were not for this incarnation are of no use later either.
    private bool IsLateAnswer(object message) =>
        message is IJournalResponse or RecoveryPermitGranted or RecoveryTick || (message is LoadSnapshotResult or LoadSnapshotFailed && IsRecovering);

    private ArgumentOutOfRangeException NotWritten(long toSequenceNr) => new(
        nameof(toSequenceNr), $"Events up to {toSequenceNr} cannot be deleted: {PersistenceId} has written up to {LastSequenceNr}.");

    private void RequireRecovered()
    {
        if (IsRecovering)
            throw new InvalidOperationException("Nothing can be persisted during replay; RecoveryCompleted is the first moment.");
    }
}
