using Akka.Actor;
using Akka.Persistence;
using Ferry.Actors.Hosting;
using Ferry.Engine.Errors;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Transfers;

/// <summary>A transfer whose facts are journaled under <c>transfer-ID</c>: recovers, and goes on.</summary>
internal sealed class DurableTransferActor : ReceivePersistentActor, ITransferShell
{
    private readonly TransferSetup _setup;
    private readonly TransferDriver _driver;
    private Checkpointed? _next;
    private bool _checkpointOut;
    private bool _isStopping;

    public DurableTransferActor(TransferSetup setup)
    {
        _setup = setup;
        _driver = new TransferDriver(setup, this);
        JournalPluginId = FerryConfiguration.Journal;
        SnapshotPluginId = FerryConfiguration.SnapshotStore;
        Recover<JournaledFact>(RecoverFact);
        CommandAny(OnMessage);
    }

    public override string PersistenceId => $"transfer-{_setup.Request.Id}";

    public IActorRef Ref => Self;

    // The journal is a few facts long: no snapshot is ever made of it, so none is looked for.
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    public static Props Props(TransferSetup setup) => ActorProducer<DurableTransferActor>.Props(() => new DurableTransferActor(setup));

    public void Persist(IReadOnlyList<TransferFact> facts, Action then)
    {
        // A checkpoint not yet written is older than these facts: it goes before them, unless they drop the bytes it counts.
        List<TransferFact> all = _next is { } older && !facts.Any(f => f is Restarted) ? [older, .. facts] : [.. facts];
        _next = null;
        var left = all.Count;
        PersistAll(all.Select(f => new JournaledFact(_setup.Request.Id, f)), _ => Guard(() =>
        {
            if (--left == 0)
                then();
        }));
    }

    public void PersistAside(Checkpointed fact)
    {
        _next = fact;
        PersistNext();
    }

    // What it rests with is journaled first.
    public void Stop(bool over)
    {
        _isStopping = true;
        PersistNext();
        if (over || !_checkpointOut)
            Context.Stop(Self);
    }

    protected override void PostStop()
    {
        _ = _driver.CloseAsync();
        base.PostStop();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _setup.Supervisor.Tell(new TransferJournalFailed(_setup.Request.Id, cause.Message, WhileReading: false));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        // The fact is not journaled, so what follows from it must not happen: begin again from what is.
        _setup.Supervisor.Tell(new TransferJournalFailed(_setup.Request.Id, cause.Message, WhileReading: false));
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        _setup.Supervisor.Tell(new TransferJournalFailed(_setup.Request.Id, reason.Message, WhileReading: true));
        base.OnRecoveryFailure(reason, message);
    }

    private void RecoverFact(JournaledFact journaled)
    {
        if (journaled.Id != _setup.Request.Id)
            throw new TransferException(new TransferError(ErrorCode.LocalReadFailed, ErrorStage.Journaling, ErrorSide.Local, $"A fact of {journaled.Id} stands in the journal of {_setup.Request.Id}."));
        _driver.Recover(journaled.Fact);
    }

    // One at a time is with the journal; of those that come meanwhile the newest counts.
    private void PersistNext()
    {
        if (_checkpointOut || _next is not { } fact)
            return;
        _next = null;
        _checkpointOut = true;
        PersistAsync(new JournaledFact(_setup.Request.Id, fact), _ =>
        {
            _checkpointOut = false;
            PersistNext();
            if (_isStopping && !_checkpointOut)
                Context.Stop(Self);
        });
    }

    private void OnMessage(object message) => Guard(() =>
    {
        if (!_driver.Receive(message))
            Unhandled(message);
    });

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _setup.Supervisor.Tell(new TransferCrashed(_setup.Request.Id, e.Message));
            throw;
        }
    }
}

/// <summary>A transfer that ends with its process: a request whose answer goes to memory or to subscribers.</summary>
internal sealed class TransientTransferActor : UntypedActor, ITransferShell
{
    private readonly TransferSetup _setup;
    private readonly TransferDriver _driver;

    public TransientTransferActor(TransferSetup setup)
    {
        _setup = setup;
        _driver = new TransferDriver(setup, this);
    }

    public IActorRef Ref => Self;

    public static Props Props(TransferSetup setup) => ActorProducer<TransientTransferActor>.Props(() => new TransientTransferActor(setup));

    public void Persist(IReadOnlyList<TransferFact> facts, Action then) => then();

    public void PersistAside(Checkpointed fact)
    {
        // Nothing of it outlives the process.
    }

    // What it received is in its memory alone: a paused one stays.
    public void Stop(bool over)
    {
        if (over)
            Context.Stop(Self);
    }

    protected override void PostStop() => _ = _driver.CloseAsync();

    protected override void OnReceive(object message)
    {
        try
        {
            if (!_driver.Receive(message))
                Unhandled(message);
        }
        catch (Exception e)
        {
            _setup.Supervisor.Tell(new TransferCrashed(_setup.Request.Id, e.Message));
            throw;
        }
    }
}
