using Akka.Actor;

namespace Akka.Event;

/// <summary>The event stream as the loggers see it: who logs what from which level on.</summary>
public abstract class LoggingBus : ActorEventBus<object, Type>
{
    private static readonly LogLevel[] AllLevels = Enum.GetValues<LogLevel>();
    private readonly StandardOutLogger _standardOut = new();
    private readonly List<IActorRef> _loggers = [];
    private LogLevel _logLevel;

    public LogLevel LogLevel => _logLevel;

    internal IReadOnlyList<IActorRef> Loggers => [.. _loggers.OfType<LocalActorRef>()];

    public virtual void SetLogLevel(LogLevel logLevel)
    {
        _logLevel = logLevel;
        foreach (var logger in _loggers)
        {
            Unsubscribe(logger);
            SubscribeTo(logger, logLevel);
        }
    }

    /// <summary>Before the configured loggers run, and again after they have stopped.</summary>
    internal void StartStdoutLogger(Settings settings)
    {
        _logLevel = Logging.LogLevelFor(settings.StdoutLogLevel);
        SubscribeTo(_standardOut, _logLevel);
    }

    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var level = Logging.LogLevelFor(system.Settings.LogLevel);
        var number = 0;
        foreach (var name in system.Settings.Loggers)
        {
            var type = TypeNames.Load(name, "akka.loggers");
            if (type == typeof(StandardOutLogger))
            {
                _loggers.Add(_standardOut);
                continue;
            }

            _loggers.Add(StartLogger(system, type, $"log{++number}-{type.Name}"));
        }

        Unsubscribe(_standardOut);
        _logLevel = level;
        foreach (var logger in _loggers)
            SubscribeTo(logger, level);
    }

    internal void StopDefaultLoggers(ActorSystemImpl system)
    {
        foreach (var logger in _loggers)
            Unsubscribe(logger);
        _loggers.Clear();
        StartStdoutLogger(system.Settings);
    }

    internal void PublishLog(LogEvent logEvent)
    {
        if (logEvent.LogLevel() >= _logLevel)
            Publish(logEvent);
    }

    protected override bool IsSubClassification(Type parent, Type child) => parent.IsAssignableFrom(child);

    protected override void Publish(object @event, IActorRef subscriber) => subscriber.Tell(@event, ActorRefs.NoSender);

    protected override Type GetClassifier(object @event) => @event.GetType();

    private void SubscribeTo(IActorRef logger, LogLevel level)
    {
        foreach (var each in AllLevels)
        {
            if (each >= level)
                Subscribe(logger, each.ClassFor());
        }
    }

    private IActorRef StartLogger(ActorSystemImpl system, Type type, string name)
    {
        var logger = system.SystemActorOf(Props.Create(type), name);
        var timeout = system.Settings.LoggerStartTimeout;
        try
        {
            var answer = logger.Ask<object>(new InitializeLogger(this), timeout).GetAwaiter().GetResult();
            return answer is LoggerInitialized
                ? logger
                : throw new LoggerInitializationException($"{name} answered InitializeLogger with {answer} instead of LoggerInitialized.");
        }
        catch (AskTimeoutException e)
        {
            throw new LoggerInitializationException($"{name} did not answer InitializeLogger within {timeout} (akka.logger-startup-timeout).", e);
        }
    }
}
