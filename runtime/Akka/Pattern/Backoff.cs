using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Supervision that waits, longer each time, before it starts the child again.</summary>
public static class Backoff
{
    /// <summary>Starts the child again after it failed. A child that stops itself ends the supervisor.</summary>
    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries = -1) =>
        new(new BackoffSettings(true, childProps, childName, minBackoff, maxBackoff, randomFactor).WithRetries(maxNrOfRetries));

    /// <summary>Starts the child again after it stopped, for whatever reason: fits actors that stop on a failure, as persistent ones do.</summary>
    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries = -1) =>
        new(new BackoffSettings(false, childProps, childName, minBackoff, maxBackoff, randomFactor).WithRetries(maxNrOfRetries));
}

public sealed class BackoffOptions
{
    internal BackoffOptions(BackoffSettings settings) => Settings = settings;

    internal BackoffSettings Settings { get; }

    /// <summary>The delay is the shortest again when the child has lived that long. The default, with the shortest delay.</summary>
    public BackoffOptions WithAutoReset(TimeSpan resetBackoff) => new(Settings with { AutoReset = resetBackoff });

    /// <summary>The delay is the shortest again only after a <see cref="BackoffSupervisor.Reset"/>.</summary>
    public BackoffOptions WithManualReset() => new(Settings with { AutoReset = null });

    public BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) => new(Settings with { Strategy = supervisorStrategy });

    public BackoffOptions WithDefaultStoppingStrategy() =>
        new(Settings with { Strategy = SupervisorStrategy.StoppingStrategy.WithMaxNrOfRetries(Settings.Strategy.MaxNumberOfRetries) });

    public BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) => new(Settings.WithRetries(maxNrOfRetries));

    /// <summary>The answer to messages that come while there is no child; otherwise they are dead letters.</summary>
    public BackoffOptions WithReplyWhileStopped(object replyWhileStopped) => new(Settings with { ReplyWhileStopped = replyWhileStopped });

    /// <summary>A message after which a stop of the child is meant: the supervisor stops as well.</summary>
    public BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) =>
        new(Settings with { IsFinalStopMessage = isFinalStopMessage });
}

public static class BackoffSupervisor
{
    public static Props Props(BackoffOptions options) =>
        Actor.Props.By(() => new BackoffSupervisorActor(options.Settings)).WithSupervisorStrategy(options.Settings.Supervision);

    public static Props Props(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor));

    public static Props Props(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries));

    /// <summary>Answered with <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild
    {
        public static readonly GetCurrentChild Instance = new();

        private GetCurrentChild()
        {
        }
    }

    public sealed class CurrentChild
    {
        public CurrentChild(IActorRef? @ref) => Ref = @ref;

        /// <summary>Null while the child waits to be started again.</summary>
        public IActorRef? Ref { get; }
    }

    public sealed class Reset
    {
        public static readonly Reset Instance = new();

        private Reset()
        {
        }
    }

    /// <summary>Answered with <see cref="RestartCount"/>.</summary>
    public sealed class GetRestartCount
    {
        public static readonly GetRestartCount Instance = new();

        private GetRestartCount()
        {
        }
    }

    public sealed class RestartCount
    {
        public RestartCount(int count) => Count = count;

        public int Count { get; }
    }
}
