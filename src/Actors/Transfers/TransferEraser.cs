using Akka.Actor;
using Akka.Persistence;
using Ferry.Actors.Hosting;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Transfers;

/// <summary>Deletes the journal of one transfer, tells its parent, and stops.</summary>
internal sealed class TransferEraser : UntypedActor
{
    private readonly TransferId _id;

    public TransferEraser(TransferId id) => _id = id;

    public static Props Props(TransferId id) => ActorProducer<TransferEraser>.Props(() => new TransferEraser(id));

    protected override void PreStart()
    {
        var journal = Persistence.Instance.Apply(Context.System).JournalFor(FerryConfiguration.Journal);
        journal.Tell(new DeleteMessagesTo($"transfer-{_id}", long.MaxValue, Self), Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeleteMessagesSuccess:
                Context.Parent.Tell(new Erased(_id, null));
                Context.Stop(Self);
                break;
            case DeleteMessagesFailure failure:
                Context.Parent.Tell(new Erased(_id, failure.Cause.Message));
                Context.Stop(Self);
                break;
        }
    }

    /// <summary>The journal of a transfer is deleted, or why not.</summary>
    internal sealed record Erased(TransferId Id, string? Problem);
}
