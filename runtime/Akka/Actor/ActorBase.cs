using Akka.Event;

namespace Akka.Actor;

/// <summary>The root of all actors: life cycle hooks, behaviour, supervision.</summary>
public abstract class ActorBase
{
    private readonly ActorCell _cell;
    private SupervisorStrategy? _supervision;

    protected ActorBase()
    {
        _cell = ActorCell.Current ?? throw new ActorInitializationException(
            $"An actor ({GetType()}) is made by ActorOf(Props), not by its constructor.");
        InjectStash();
        if (this is IWithTimers withTimers)
            withTimers.Timers = _cell.NewTimers();
    }

    protected static IActorContext Context => CurrentContext;

    protected IActorRef Self => _cell.Self;

    protected IActorRef Sender => _cell.Sender;

    internal static ActorCell CurrentContext =>
        ActorCell.Current ?? throw new NotSupportedException(
            "No actor runs on this thread. Take what is needed from Context before a task leaves the actor.");

    internal ActorCell Cell => _cell;

    internal SupervisorStrategy Supervision => _supervision ??= _cell.Props.SupervisorStrategy ?? SupervisorStrategy();

    internal bool ReceiveInternal(object message) => Receive(message);

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        var handled = receive(message);
        if (!handled)
            Unhandled(message);
        return handled;
    }

    protected internal virtual void AroundPreStart() => PreStart();

    protected internal virtual void AroundPreRestart(Exception cause, object? message) => PreRestart(cause, message!);

    protected internal virtual void AroundPostRestart(Exception cause, object? message) => PostRestart(cause);

    protected internal virtual void AroundPostStop() => PostStop();

    protected abstract bool Receive(object message);

    /// <summary>Publishes an <see cref="UnhandledMessage"/>; an unhandled <see cref="Terminated"/> is a <see cref="DeathPactException"/>.</summary>
    protected virtual void Unhandled(object message) => _cell.Unhandled(message);

    protected void Become(Receive receive) => _cell.Become(receive);

    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    protected virtual void PreStart()
    {
    }

    /// <summary>Called on the failing instance: stops and unwatches the children, then calls <see cref="PostStop"/>.</summary>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in _cell.Children.All())
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }

        PostStop();
    }

    protected virtual void PostRestart(Exception reason) => PreStart();

    protected virtual void PostStop()
    {
    }

    private void InjectStash()
    {
        if (this is IActorStash stashing)
        {
            var capacity = this is IWithUnboundedStash ? Deploy.NoStashSize : _cell.SystemImpl.Mailboxes.StashCapacityFor(_cell.Props);
            stashing.Stash = StashFactory.Create(_cell, GetType(), capacity);
        }
    }
}
