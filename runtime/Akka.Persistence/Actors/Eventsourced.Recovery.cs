using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Recovery: a permit, the snapshot, the events after it, and RecoveryCompleted. Commands wait.</summary>
public abstract partial class Eventsourced
{
    private Recovery _recovery = Recovery.Default;
    private ICancelable? _patience;
    private bool _heard;

    private void BeginRecovery()
    {
        if (string.IsNullOrEmpty(PersistenceId))
            throw new InvalidOperationException($"{GetType().Name} at {Self.Path} has no PersistenceId.");
        // A plugin that is not configured fails the start of the actor, not its first event.
        _ = Journal;
        _ = SnapshotStore;
        Extension.RecoveryPermitter.Tell(RequestRecoveryPermit.Instance, Self);
    }

    private void EndRecovery()
    {
        _patience?.Cancel();
        _patience = null;
        if (_phase is Phase.Live or Phase.Failed)
            return;
        _phase = Phase.Failed;
        Extension.RecoveryPermitter.Tell(ReturnRecoveryPermit.Instance, Self);
    }

    private void ReceiveRecovering(object message)
    {
        _heard |= message is IPersistenceMessage;
        switch (message)
        {
            case RecoveryPermitGranted when _phase == Phase.AwaitingPermit:
                RequestSnapshot();
                break;
            case LoadSnapshotResult result when _phase == Phase.LoadingSnapshot:
                RecoverSnapshot(result.Snapshot);
                break;
            case LoadSnapshotFailed failed when _phase == Phase.LoadingSnapshot:
                FailRecovery(failed.Cause, null);
                break;
            case ReplayedMessage replayed when _phase == Phase.Replaying && IsOwn(replayed.ActorInstanceId):
                RecoverEvent(replayed.Persistent);
                break;
            case RecoverySuccess success when _phase == Phase.Replaying && IsOwn(success.ActorInstanceId):
                CompleteRecovery(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure when _phase == Phase.Replaying && IsOwn(failure.ActorInstanceId):
                FailRecovery(failure.Cause, null);
                break;
            case RecoveryTick when _phase != Phase.AwaitingPermit:
                CheckPatience();
                break;
            default:
                StashInternally(message);
                break;
        }
    }

    private void RequestSnapshot()
    {
        _phase = Phase.LoadingSnapshot;
        _recovery = Recovery;
        _heard = true;
        var timeout = Extension.RecoveryTimeout(JournalPluginId);
        _patience = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(timeout, timeout, Self, RecoveryTick.Instance, Self);
        LoadSnapshot(SnapshotterId, _recovery.FromSnapshot, _recovery.ToSequenceNr);
    }

    private void RecoverSnapshot(SelectedSnapshot? snapshot)
    {
        if (snapshot is not null)
        {
            LastSequenceNr = snapshot.Metadata.SequenceNr;
            if (!TryRecover(new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot)))
                return;
        }
        _phase = Phase.Replaying;
        Journal.Tell(
            new ReplayMessages(LastSequenceNr + 1, _recovery.ToSequenceNr, _recovery.ReplayMax, PersistenceId, Self) { ActorInstanceId = _instanceId },
            Self);
    }

    private void RecoverEvent(IPersistentRepresentation persistent)
    {
        LastSequenceNr = persistent.SequenceNr;
        TryRecover(persistent.Payload);
    }

    private bool TryRecover(object message)
    {
        try
        {
            if (!ReceiveRecover(message))
                Unhandled(message);
            return true;
        }
        catch (Exception cause)
        {
            FailRecovery(cause, message);
            return false;
        }
    }

    private void CompleteRecovery(long highestSequenceNr)
    {
        OnReplaySuccess();
        LastSequenceNr = _sequenceNr = Math.Max(highestSequenceNr, LastSequenceNr);
        EndRecovery();
        _phase = Phase.Live;
        try
        {
            if (!ReceiveRecover(RecoveryCompleted.Instance))
                Unhandled(RecoveryCompleted.Instance);
        }
        finally
        {
            AfterHandler();
        }
    }

    // An earlier incarnation may have been replaying when it was restarted. A journal of another make names no incarnation.
    private bool IsOwn(int instance) => instance == _instanceId || instance == 0;

    private void CheckPatience()
    {
        if (!_heard)
            FailRecovery(new RecoveryTimedOutException($"The {(_phase == Phase.Replaying ? "journal" : "snapshot store")} gave {PersistenceId} no answer within {Extension.RecoveryTimeout(JournalPluginId)}."), null);
        _heard = false;
    }

    private void FailRecovery(Exception cause, object? message)
    {
        EndRecovery();
        try
        {
            OnRecoveryFailure(cause, message);
        }
        finally
        {
            Context.Stop(Self);
        }
    }
}
