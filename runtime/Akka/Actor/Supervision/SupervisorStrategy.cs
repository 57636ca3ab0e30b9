using Akka.Event;

namespace Akka.Actor;

public enum Directive
{
    Resume,
    Restart,
    Escalate,
    Stop,
}

/// <summary>What a parent does about a failing child.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Stop what could not start or was killed, restart the rest.</summary>
    public static readonly IDecider DefaultDecider = Actor.Decider.From(static cause => cause switch
    {
        ActorInitializationException or ActorKilledException or DeathPactException => Directive.Stop,
        _ => Directive.Restart,
    });

    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    private protected SupervisorStrategy(int maxNrOfRetries, TimeSpan? window, bool loggingEnabled) =>
        (MaxRetries, Window, LoggingEnabled) = (maxNrOfRetries, window ?? Timeout.InfiniteTimeSpan, loggingEnabled);

    public abstract IDecider Decider { get; }

    protected bool LoggingEnabled { get; }

    private protected int MaxRetries { get; }

    private protected TimeSpan Window { get; }

    /// <summary>True if the failure was dealt with here; false hands it to the parent's parent.</summary>
    internal bool HandleFailure(ActorCell parent, IActorRef child, Exception cause, ChildStats stats, IReadOnlyCollection<ChildStats> all)
    {
        var directive = Decide(child, cause);
        if (LoggingEnabled)
            LogFailure(parent, child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                ((IInternalActorRef)child).Resume(cause);
                return true;
            case Directive.Escalate:
                return false;
            default:
                ProcessFailure(parent, directive == Directive.Restart, stats, cause, all);
                return true;
        }
    }

    internal virtual Directive Decide(IActorRef child, Exception cause) => Decider.Decide(cause);

    private protected abstract void ProcessFailure(
        ActorCell parent, bool restart, ChildStats failed, Exception cause, IReadOnlyCollection<ChildStats> all);

    private protected bool MayRestart(ActorCell parent, ChildStats stats) =>
        stats.MayRestart(MaxRetries, Window, parent.SystemImpl.Scheduler.MonotonicClock);

    private static void LogFailure(ActorCell parent, IActorRef child, Exception cause, Directive directive)
    {
        if (directive == Directive.Escalate)
            return; // it is logged where it is decided
        var message = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        parent.SystemImpl.Publish(directive == Directive.Resume
            ? new Warning(cause, child.Path.ToString(), typeof(SupervisorStrategy), message)
            : new Error(cause, child.Path.ToString(), typeof(SupervisorStrategy), message));
    }
}

/// <summary>The decision concerns the child that failed.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Actor.Decider.From(localOnlyDecider))
    {
    }

    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : base(maxNrOfRetries ?? -1, withinTimeRange, loggingEnabled: true) => Decider = decider;

    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : base(maxNrOfRetries, TimeSpan.FromMilliseconds(withinTimeMilliseconds), loggingEnabled) => Decider = decider;

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider, bool loggingEnabled)
        : this(-1, -1, localOnlyDecider, loggingEnabled)
    {
    }

    public OneForOneStrategy(IDecider decider)
        : this(-1, -1, decider)
    {
    }

    public override IDecider Decider { get; }

    public int MaxNumberOfRetries => MaxRetries;

    public int WithinTimeRangeMilliseconds => (int)Window.TotalMilliseconds;

    public OneForOneStrategy WithMaxNrOfRetries(int maxNrOfRetries) => new(maxNrOfRetries, WithinTimeRangeMilliseconds, Decider, LoggingEnabled);

    private protected override void ProcessFailure(
        ActorCell parent, bool restart, ChildStats failed, Exception cause, IReadOnlyCollection<ChildStats> all)
    {
        if (restart && MayRestart(parent, failed))
            failed.Child.Restart(cause);
        else
            parent.Stop(failed.Child);
    }
}

/// <summary>The decision concerns all children.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Actor.Decider.From(localOnlyDecider))
    {
    }

    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : base(maxNrOfRetries ?? -1, withinTimeRange, loggingEnabled: true) => Decider = decider;

    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : base(maxNrOfRetries, TimeSpan.FromMilliseconds(withinTimeMilliseconds), loggingEnabled) => Decider = decider;

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider)
    {
    }

    public AllForOneStrategy(IDecider decider)
        : this(-1, -1, decider)
    {
    }

    public override IDecider Decider { get; }

    public int MaxNumberOfRetries => MaxRetries;

    public int WithinTimeRangeMilliseconds => (int)Window.TotalMilliseconds;

    private protected override void ProcessFailure(
        ActorCell parent, bool restart, ChildStats failed, Exception cause, IReadOnlyCollection<ChildStats> all)
    {
        if (!restart || !all.All(stats => MayRestart(parent, stats)))
        {
            foreach (var stats in all)
                parent.Stop(stats.Child);
            return;
        }

        foreach (var stats in all)
        {
            if (!ReferenceEquals(stats, failed))
                stats.Child.Suspend(); // the failed one is suspended already
            stats.Child.Restart(cause);
        }
    }
}
