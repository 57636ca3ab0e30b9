using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Client;

/// <summary>Starts one transfer, hands its events to a callback, and completes a task with its end.</summary>
internal sealed class TransferWatch : ReceiveActor
{
    private readonly IActorRef _supervisor;
    private readonly StartTransfer _start;
    private readonly TaskCompletionSource<TransferTerminated> _end;

    public TransferWatch(IActorRef supervisor, TransferRequest request, Action<TransferEvent>? onEvent, TaskCompletionSource<TransferTerminated> end)
    {
        _supervisor = supervisor;
        _start = new StartTransfer(request, new Subscription(onEvent is null ? EventKinds.None : EventKinds.AllButData));
        _end = end;
        Receive<TransferTerminated>(terminal =>
        {
            if (Told(onEvent, terminal))
                end.TrySetResult(terminal);
            Context.Stop(Self);
        });
        Receive<TransferEvent>(e =>
        {
            if (!Told(onEvent, e))
                Context.Stop(Self);
        });
        Receive<TransferRejected>(OnRejected);
        Receive<TransferAccepted>(_ => { });
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    protected override void PreStart()
    {
        Context.Watch(_supervisor);
        _supervisor.Tell(_start, Self);
    }

    // An engine that stops ends the wait too.
    protected override void PostStop() => _end.TrySetException(Stopped());

    // A callback that throws ends the wait, not the transfer: begun again, this actor would start it a second time.
    private bool Told(Action<TransferEvent>? onEvent, TransferEvent e)
    {
        try
        {
            onEvent?.Invoke(e);
            return true;
        }
        catch (Exception thrown)
        {
            _end.TrySetException(thrown);
            return false;
        }
    }

    private void OnRejected(TransferRejected rejected)
    {
        var message = string.Join(" ", rejected.Errors.Select(e => e.Message));
        _end.TrySetException(new TransferException(rejected.Errors[0] with { Message = message }));
        Context.Stop(Self);
    }

    private static TransferException Stopped() => new(new TransferError(
        ErrorCode.Unknown, ErrorStage.Receiving, ErrorSide.Local, "The engine stopped before the transfer had ended; a durable one goes on at the next start."));
}
