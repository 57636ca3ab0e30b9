using Akka.Actor;
using Akka.Persistence;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>Does what its commands say, and tells a listener all it recovers and all that is not an order.</summary>
internal sealed class Recorder(string id, IActorRef listener, Recovery? recovery = null) : UntypedPersistentActor
{
    public delegate void Order(Recorder recorder);

    public delegate Task AsyncOrder(Recorder recorder);

    public override string PersistenceId => id;

    public override Recovery Recovery => recovery ?? Recovery.Default;

    public IActorRef Listener => listener;

    /// <summary>A recovered message at which recovery fails.</summary>
    public static string Poison => "poison";

    public new IActorRef Sender => base.Sender;

    public static Props Props(string id, IActorRef listener, Recovery? recovery = null) =>
        Akka.Actor.Props.Create(() => new Recorder(id, listener, recovery));

    public void Note(object what) => listener.Tell(what, Self);

    public void BecomeOrders(UntypedReceive receive) => Become(receive);

    public new void RunTask(Func<Task> task) => base.RunTask(task);

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Order order:
                order(this);
                break;
            case AsyncOrder order:
                RunTask(() => order(this));
                break;
            default:
                Note(message);
                break;
        }
    }

    protected override void OnRecover(object message)
    {
        if (message is string text && text == Poison)
            throw new InvalidDataException("cannot be recovered");
        Note(message switch
        {
            SnapshotOffer offer => $"snapshot {offer.Snapshot} at {offer.Metadata.SequenceNr}",
            RecoveryCompleted => $"recovered {LastSequenceNr}",
            _ => $"replayed {message}",
        });
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Note($"recovery failed on {message}: {reason.Message}");

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Note($"failed {@event}: {cause.Message}");

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Note($"rejected {@event}: {cause.Message}");
}
