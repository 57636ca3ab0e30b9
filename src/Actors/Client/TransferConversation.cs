using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;

namespace Ferry.Actors.Client;

/// <summary>Speaks with the supervisor for one <see cref="TransferTask"/>: hands on its events, keeps the subscription to what is listened to.</summary>
internal sealed class TransferConversation : ReceiveActor
{
    // Enough to keep the socket busy while a chunk is looked at, few enough to hold little memory.
    public const int Credits = 4;

    private readonly TransferTask _task;
    private readonly IActorRef _supervisor;
    private EventKinds _subscribed;

    public TransferConversation(TransferTask task, IActorRef supervisor, EventKinds subscribed)
    {
        (_task, _supervisor, _subscribed) = (task, supervisor, subscribed);
        Receive<TransferTerminated>(terminal =>
        {
            if (Told(terminal))
                _task.Ended(terminal);
            Context.Stop(Self);
        });
        Receive<DataReceived>(OnData);
        Receive<TransferEvent>(told => Told(told));
        Receive<TransferAccepted>(accepted => _task.WasAccepted(accepted));
        Receive<TransferRejected>(OnRejected);
        Receive<ListenersChanged>(_ => OnListenersChanged());
        Receive<ChunkTaken>(_ => Grant());
        Receive<Terminated>(_ => Context.Stop(Self));
        ReceiveAny(_ => { }); // answers to Subscribe
    }

    protected override void PreStart() => Context.Watch(_supervisor);

    // An engine that stops ends the wait too.
    protected override void PostStop()
    {
        _task.Waiting.End();
        _task.Broke(Stopped());
    }

    private void OnData(DataReceived chunk)
    {
        Told(chunk);
        if (_task.HoldsChunks)
            _task.Waiting.Put(chunk); // whoever takes it lets the next one come
        else
            Grant();
    }

    private void OnListenersChanged()
    {
        if (_task.Wanted is var wanted && wanted != _subscribed)
        {
            _subscribed = wanted;
            _supervisor.Tell(new Subscribe(_task.Id, new Subscription(wanted, Credits)), Self);
        }
        while (!_task.HoldsChunks && _task.Waiting.TryTake(out var chunk))
        {
            Told(chunk);
            Grant();
        }
    }

    private void Grant() => _supervisor.Tell(new GrantCredits(_task.Id, 1), Self);

    private bool Told(TransferEvent told)
    {
        var thrown = _task.Listeners.Tell(told);
        if (thrown is not null)
            _task.Broke(thrown);
        return thrown is null;
    }

    private void OnRejected(TransferRejected rejected)
    {
        Context.Stop(Self);
        if (rejected.Errors[0].Code is ErrorCode.Cancelled)
        {
            _task.Ended(new TransferCancelled(_task.Id, 0, PartKept: false)); // the cancel overtook the start
            return;
        }
        var message = string.Join(" ", rejected.Errors.Select(e => e.Message));
        _task.Broke(new TransferException(rejected.Errors[0] with { Message = message }));
    }

    private static TransferException Stopped() => new(new TransferError(
        ErrorCode.Unknown, ErrorStage.Receiving, ErrorSide.Local, "The engine stopped before the transfer had ended; a durable one goes on at the next start."));

    /// <summary>What is listened to may have changed.</summary>
    internal sealed record ListenersChanged
    {
        public static readonly ListenersChanged Instance = new();
    }

    /// <summary>A loop over the chunks took one.</summary>
    internal sealed record ChunkTaken
    {
        public static readonly ChunkTaken Instance = new();
    }
}
