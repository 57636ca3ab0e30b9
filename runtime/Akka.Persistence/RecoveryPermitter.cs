using Akka.Actor;

namespace Akka.Persistence;

internal sealed class RequestRecoveryPermit
{
    public static readonly RequestRecoveryPermit Instance = new();
}

internal sealed class RecoveryPermitGranted
{
    public static readonly RecoveryPermitGranted Instance = new();
}

internal sealed class ReturnRecoveryPermit
{
    public static readonly ReturnRecoveryPermit Instance = new();
}

/// <summary>Asks a recovering actor whether it has heard from the journal lately.</summary>
internal sealed class RecoveryTick : INotInfluenceReceiveTimeout
{
    public static readonly RecoveryTick Instance = new();
}

/// <summary>Lets a bounded number of actors recover at a time, in the order they asked, so that a start does not flood the journal.</summary>
internal sealed class RecoveryPermitter(int maximum) : UntypedActor
{
    private readonly HashSet<IActorRef> _holders = [];
    private readonly LinkedList<IActorRef> _waiting = new();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RequestRecoveryPermit:
                Context.Watch(Sender);
                _waiting.AddLast(Sender);
                Grant();
                break;
            case ReturnRecoveryPermit:
                Context.Unwatch(Sender);
                Release(Sender);
                break;
            case Terminated ended:
                Release(ended.ActorRef);
                break;
        }
    }

    private void Release(IActorRef actor)
    {
        if (!_holders.Remove(actor))
            _waiting.Remove(actor);
        Grant();
    }

    private void Grant()
    {
        while (_waiting.First is { } next && _holders.Count < maximum)
        {
            _waiting.RemoveFirst();
            _holders.Add(next.Value);
            next.Value.Tell(RecoveryPermitGranted.Instance, Self);
        }
    }
}
