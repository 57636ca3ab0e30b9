using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>
/// Writing: events gather in a batch; one batch at a time is with the journal, and its answers call the handlers in the
/// order of the calls.
/// </summary>
public abstract partial class Eventsourced
{
    private readonly Queue<Pending> _pending = new();
    private List<IPersistentEnvelope> _batch = [];
    private int _inFlight;
    private int _pendingStashing;
    private bool _taskRunning;

    private readonly record struct Pending(Action<object> Handler, bool IsStashing);

    /// <summary>Runs an asynchronous handler; what it persists is written when it ends.</summary>
    protected void RunTask(Func<Task> action)
    {
        var returned = false;
        _taskRunning = true;
        Cell.RunTask(async () =>
        {
            try
            {
                await action();
            }
            finally
            {
                _taskRunning = false;
                if (returned)
                    AfterHandler();
            }
        });
        returned = true;
    }

    private void Write<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool stashing)
    {
        RequireRecovered();
        // Taken whole first: a sequence that throws on its way must leave nothing behind.
        IPersistentRepresentation[] persistents =
            [.. events.Select((e, i) => new Persistent(e!, _sequenceNr + 1 + i, PersistenceId, sender: Sender, writerGuid: _writerGuid))];
        if (persistents.Length == 0)
            return;
        var pending = new Pending(e => handler((TEvent)e), stashing);
        foreach (var _ in persistents)
            _pending.Enqueue(pending);
        if (stashing)
            _pendingStashing += persistents.Length;
        _sequenceNr += persistents.Length;
        _batch.Add(new AtomicWrite(ImmutableArray.Create(persistents)));
    }

    private void ReceiveLive(Receive receive, object message)
    {
        switch (message)
        {
            case WriteMessageSuccess written when written.ActorInstanceId == _instanceId:
                LastSequenceNr = Math.Max(LastSequenceNr, written.Persistent.SequenceNr);
                CallHandler(pending => pending.Handler(written.Persistent.Payload));
                break;
            case LoopMessageSuccess deferred when deferred.ActorInstanceId == _instanceId:
                CallHandler(pending => pending.Handler(deferred.Message));
                break;
            case WriteMessageRejected rejected when rejected.ActorInstanceId == _instanceId:
                var refused = rejected.Persistent;
                CallHandler(_ => OnPersistRejected(rejected.Cause, refused.Payload, refused.SequenceNr));
                break;
            case WriteMessageFailure failure when failure.ActorInstanceId == _instanceId:
                FailWrite(failure);
                break;
            default:
                if (_pendingStashing > 0)
                    StashInternally(message);
                else if (!IsLateAnswer(message))
                    HandleCommand(receive, message);
                break;
        }
    }

    private void HandleCommand(Receive receive, object message)
    {
        try
        {
            base.AroundReceive(receive, message);
        }
        finally
        {
            AfterHandler();
        }
    }

    private void CallHandler(Action<Pending> call)
    {
        var pending = _pending.Dequeue();
        _inFlight--;
        if (pending.IsStashing)
            _pendingStashing--;
        try
        {
            call(pending);
        }
        finally
        {
            AfterHandler();
        }
    }

    private void FailWrite(WriteMessageFailure failure)
    {
        _phase = Phase.Failed;
        try
        {
            OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private void AfterHandler()
    {
        if (_taskRunning)
            return;
        ReleaseWaiting();
        if (_inFlight == 0 && _batch.Count > 0)
            WriteBatch();
    }

    private void WriteBatch()
    {
        foreach (var envelope in _batch)
            _inFlight += envelope.Size;
        Journal.Tell(new WriteMessages(_batch, Self, _instanceId), Self);
        _batch = [];
    }
}
