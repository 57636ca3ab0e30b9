using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The three actors above all others: "/" over "/user" and "/system".</summary>
internal static class Guardians
{
    internal static Props RootProps { get; } = Props.By(() => new Guardian()).WithSupervisorStrategy(SupervisorStrategy.StoppingStrategy);

    internal static Props SystemProps(Func<IReadOnlyList<IActorRef>> lastToStop) =>
        Props.By(() => new SystemGuardian(lastToStop)).WithSupervisorStrategy(SupervisorStrategy.DefaultStrategy);

    internal static Props UserProps(Settings settings)
    {
        var type = TypeNames.Load(settings.SupervisorStrategyClass, "akka.actor.guardian-supervisor-strategy");
        var strategy = ((SupervisorStrategyConfigurator)Activator.CreateInstance(type)!).Create();
        return Props.By(() => new Guardian()).WithSupervisorStrategy(strategy);
    }

    internal sealed class StopAfter(IActorRef other) : Event.IDeadLetterSuppression
    {
        internal IActorRef Other { get; } = other;
    }

    private class Guardian : ActorBase
    {
        protected override bool Receive(object message)
        {
            switch (message)
            {
                case StopAfter stop:
                    Context.Watch(stop.Other);
                    return true;
                case Terminated terminated:
                    AfterStopOf(terminated.ActorRef);
                    return true;
                default:
                    Context.System.DeadLetters.Tell(message, Sender);
                    return true;
            }
        }

        // A guardian that is restarted keeps its children: they are restarted with it.
        protected override void PreRestart(Exception reason, object message)
        {
        }

        private protected virtual void AfterStopOf(IActorRef actor) => Context.Stop(Self);
    }

    /// <summary>Stops its children before those that report on the others; these first handle what they have been sent.</summary>
    private sealed class SystemGuardian(Func<IReadOnlyList<IActorRef>> lastToStop) : Guardian
    {
        private HashSet<IActorRef>? _waitingFor;
        private Queue<IActorRef> _last = new();

        private protected override void AfterStopOf(IActorRef actor)
        {
            if (_waitingFor is null)
            {
                _last = new Queue<IActorRef>(lastToStop());
                _waitingFor = [.. Context.GetChildren().Except(_last)];
                foreach (var child in _waitingFor)
                    Context.Stop(Context.Watch(child));
            }

            _waitingFor.Remove(actor);
            if (_waitingFor.Count > 0)
                return;
            if (_last.TryDequeue(out var next))
            {
                _waitingFor.Add(Context.Watch(next));
                next.Tell(PoisonPill.Instance);
                return;
            }

            Context.Stop(Self);
        }
    }
}

/// <summary>Above the root: where failures that nobody handled end the system.</summary>
internal sealed class RootSupervisor(ActorSystemImpl system, ActorPath root) : ActorRefBase
{
    private Exception? _cause;

    public override ActorPath Path { get; } = root / "_supervisor";

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case Failed failed:
                _cause = failed.Cause;
                ((IInternalActorRef)failed.Child).Stop();
                break;
            case DeathWatchNotification:
                system.RootStopped(_cause);
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef? sender) => system.DeadLetters.Tell(message, sender!);
}
