using Akka.Actor;
using Akka.Event;

namespace Akka.Pattern;

internal sealed record BackoffSettings(
    bool OnFailure, Props ChildProps, string ChildName, TimeSpan MinBackoff, TimeSpan MaxBackoff, double RandomFactor)
{
    internal TimeSpan? AutoReset { get; init; } = MinBackoff;

    internal OneForOneStrategy Strategy { get; init; } = new(SupervisorStrategy.DefaultDecider);

    internal object? ReplyWhileStopped { get; init; }

    internal Func<object, bool>? IsFinalStopMessage { get; init; }

    /// <summary>On failure, a restart becomes a stop: the supervisor sees it and waits before it starts the child again.</summary>
    internal SupervisorStrategy Supervision => OnFailure ? new StopInsteadOfRestart(Strategy) : Strategy;

    internal BackoffSettings WithRetries(int maxNrOfRetries) => this with { Strategy = Strategy.WithMaxNrOfRetries(maxNrOfRetries) };

    /// <summary>The shortest delay doubled with each start, up to the longest, plus up to the random part of it.</summary>
    internal TimeSpan DelayOf(int restart)
    {
        var delay = restart >= 30 ? MaxBackoff : TimeSpan.FromTicks((long)Math.Min(MaxBackoff.Ticks, MinBackoff.Ticks * Math.Pow(2, restart)));
        return delay * (1 + (Random.Shared.NextDouble() * RandomFactor));
    }

    internal sealed class StopInsteadOfRestart(OneForOneStrategy strategy) : OneForOneStrategy(strategy.Decider)
    {
        internal override Directive Decide(IActorRef child, Exception cause)
        {
            var directive = strategy.Decider.Decide(cause);
            if (directive == Directive.Restart)
                ((BackoffSupervisorActor)ActorBase.CurrentContext.Incarnation!).ChildFailed();
            return directive == Directive.Restart ? Directive.Stop : directive;
        }
    }
}

/// <summary>Watches one child and passes messages through.</summary>
internal sealed class BackoffSupervisorActor(BackoffSettings settings) : ActorBase
{
    private IActorRef? _child;
    private int _restarts;
    private bool _failed;
    private bool _finalStop;

    internal void ChildFailed() => _failed = true;

    protected override void PreStart() => StartChild();

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case StartChildNow:
                StartChild();
                break;
            case ResetIfUnchanged reset:
                if (_restarts == reset.Restarts)
                    _restarts = 0;
                break;
            case BackoffSupervisor.Reset when settings.AutoReset is null:
                _restarts = 0;
                break;
            case BackoffSupervisor.GetRestartCount:
                Sender.Tell(new BackoffSupervisor.RestartCount(_restarts));
                break;
            case BackoffSupervisor.GetCurrentChild:
                Sender.Tell(new BackoffSupervisor.CurrentChild(_child));
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_child):
                ChildStopped();
                break;
            default:
                Pass(message);
                break;
        }

        return true;
    }

    private void StartChild()
    {
        if (_child is not null)
            return;
        _failed = false;
        _child = Context.Watch(Context.ActorOf(settings.ChildProps, settings.ChildName));
        if (settings.AutoReset is { } quietTime)
            Context.System.Scheduler.ScheduleTellOnce(quietTime, Self, new ResetIfUnchanged(_restarts), Self);
    }

    private void ChildStopped()
    {
        _child = null;
        var limit = settings.Strategy.MaxNumberOfRetries;
        var again = !_finalStop && (_failed || !settings.OnFailure) && (limit < 0 || _restarts < limit);
        if (!again)
        {
            Context.Stop(Self);
            return;
        }

        Context.System.Scheduler.ScheduleTellOnce(settings.DelayOf(_restarts), Self, StartChildNow.Instance, Self);
        _restarts++;
    }

    private void Pass(object message)
    {
        if (_child is not null && Sender.Equals(_child))
        {
            Context.Parent.Forward(message);
            return;
        }

        _finalStop |= settings.IsFinalStopMessage?.Invoke(message) == true;
        if (_child is not null)
            _child.Forward(message);
        else if (_finalStop)
            Context.Stop(Self);
        else if (settings.ReplyWhileStopped is { } reply)
            Sender.Tell(reply);
        else
            Context.System.DeadLetters.Forward(message);
    }

    private sealed class StartChildNow : IDeadLetterSuppression
    {
        internal static readonly StartChildNow Instance = new();
    }

    private sealed class ResetIfUnchanged(int restarts) : IDeadLetterSuppression
    {
        internal int Restarts { get; } = restarts;
    }
}
