using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// The living room of one actor: its behaviour stack, children, watches and failures. Everything here runs on the thread
/// that works on the mailbox, one at a time; only <see cref="Children"/> is also looked at by others.
/// </summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell? _current;

    private static readonly AsyncLocal<ActorCell?> FlowStandIn = new();

    private readonly Stack<Receive> _behaviours = new(2);
    private ActorBase? _actor;
    private Envelope _envelope;

    internal ActorCell(ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        SystemImpl = system;
        Self = self;
        Props = props;
        Dispatcher = dispatcher;
        Parent = parent;
    }

    public Props Props { get; }

    public MessageDispatcher Dispatcher { get; }

    public IActorRef Sender => _envelope.Sender ?? SystemImpl.DeadLetters;

    public ActorSystem System => SystemImpl;

    IActorRef IActorContext.Self => Self;

    IActorRef IActorContext.Parent => Parent;

    /// <summary>The cell at work on this thread; where none is, the one that stands in for the code of a test.</summary>
    internal static ActorCell? Current => _current ?? FlowStandIn.Value;

    /// <summary>
    /// The cell that code outside of every actor speaks for: a test kit's. It belongs to the flow of the test, not to a thread: a test
    /// that awaits ends on another thread than it began on.
    /// </summary>
    internal static ActorCell? StandIn
    {
        get => FlowStandIn.Value;
        set => FlowStandIn.Value = value;
    }

    internal static IActorRef CurrentSelfOrNoSender => Current?.Self ?? ActorRefs.NoSender;

    internal static IActorRef CurrentSenderOrNoSender => Current?._envelope.Sender ?? ActorRefs.NoSender;

    internal ActorSystemImpl SystemImpl { get; }

    internal IInternalActorRef Self { get; }

    internal IInternalActorRef Parent { get; }

    internal Mailbox Mailbox { get; set; } = null!;

    internal ActorBase? Incarnation => _actor;

    /// <summary>The message being handled, and after a failure the one that failed; null between messages.</summary>
    internal object? CurrentMessage => _envelope.Message;

    internal Envelope CurrentEnvelope => _envelope;

    public void Become(Receive receive)
    {
        if (_behaviours.Count > 1)
            _behaviours.Pop();
        _behaviours.Push(receive);
    }

    public void BecomeStacked(Receive receive) => _behaviours.Push(receive);

    public void UnbecomeStacked()
    {
        if (_behaviours.Count > 1)
            _behaviours.Pop();
    }

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(Handled(receive));

    void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(Handled(receive));

    public ActorSelection ActorSelection(string actorPath) => ActorSelectionFactory.From(SystemImpl, Self, actorPath);

    public ActorSelection ActorSelection(ActorPath actorPath) => ActorSelectionFactory.From(SystemImpl, actorPath);

    internal static ActorCell? Enter(ActorCell? cell)
    {
        var previous = _current;
        _current = cell;
        return previous;
    }

    internal static void Leave(ActorCell? previous) => _current = previous;

    /// <summary>Runs a piece of code of this actor, on its thread, as if it handled <paramref name="envelope"/>.</summary>
    internal void WithEnvelope(in Envelope envelope, Action action)
    {
        var previous = _envelope;
        _envelope = envelope;
        try
        {
            action();
        }
        finally
        {
            _envelope = previous;
        }
    }

    private static Receive Handled(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    /// <summary>A new instance in this cell, with stash and timers in place before its hooks run.</summary>
    private ActorBase NewActor()
    {
        _behaviours.Clear();
        var previous = Enter(this);
        try
        {
            var actor = Props.NewActor() ?? throw new ActorInitializationException(Self, "The props made no actor.");
            _actor = actor;
            // A constructor may call Become: what it chose lies above the receive method of the class.
            var chosen = _behaviours.ToArray();
            _behaviours.Clear();
            _behaviours.Push(actor.ReceiveInternal);
            foreach (var behaviour in Enumerable.Reverse(chosen))
                _behaviours.Push(behaviour);
            return actor;
        }
        finally
        {
            Leave(previous);
        }
    }

    private void CreateActor()
    {
        try
        {
            NewActor().AroundPreStart();
            CheckReceiveTimeout();
        }
        catch (Exception cause)
        {
            Clear();
            Fail(InitializationFailure(cause));
        }
    }

    private ActorInitializationException InitializationFailure(Exception cause)
    {
        return cause as ActorInitializationException
            ?? new ActorInitializationException(Self, $"The actor could not start: {cause.Message}", cause);
    }

    private void Clear()
    {
        if (_actor is not { } former)
            return;
        _actor = null;
        try
        {
            (former as IDisposable)?.Dispose();
            Props.Release(former);
        }
        catch (Exception e)
        {
            SystemImpl.Publish(new Event.Error(e, Self.ToString()!, GetType(), "Dispose of an actor failed"));
        }
    }
}
