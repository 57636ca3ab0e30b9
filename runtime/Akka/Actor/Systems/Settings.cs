using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The configuration of a system, on top of the defaults of the runtime.</summary>
public class Settings
{
    private readonly List<Config> _injected = [];
    private readonly Config _user;

    public Settings(ActorSystem system, Config config)
    {
        System = system;
        _user = config;
        Config = config.WithFallback(ConfigurationFactory.Default());
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan, allowInfinite: true);
        LogLevel = Config.GetString("akka.loglevel", "INFO")!;
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel", "WARNING")!;
        Loggers = Config.GetStringList("akka.loggers");
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout", TimeSpan.FromSeconds(5), allowInfinite: true);
        var deadLetters = Config.GetString("akka.log-dead-letters", "10");
        LogDeadLetters = deadLetters switch
        {
            "off" or "false" => 0,
            "on" or "true" => int.MaxValue,
            _ => int.Parse(deadLetters!),
        };
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown", true);
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled");
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy", "Akka.Actor.DefaultSupervisorStrategy")!;
        SchedulerClass = Config.GetString("akka.scheduler.implementation", typeof(HashedWheelTimerScheduler).FullName)!;
        CoordinatedShutdownTerminateActorSystem = Config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system", true);
        CoordinatedShutdownRunByActorSystemTerminate = Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate", true);
    }

    public ActorSystem System { get; }

    public Config Config { get; private set; }

    public TimeSpan AskTimeout { get; }

    public string LogLevel { get; }

    public string StdoutLogLevel { get; }

    public IList<string> Loggers { get; }

    public TimeSpan LoggerStartTimeout { get; }

    public int LogDeadLetters { get; }

    public bool LogDeadLettersDuringShutdown { get; }

    public bool DebugUnhandledMessage { get; }

    public string SupervisorStrategyClass { get; }

    public string SchedulerClass { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Adds the defaults of an extension below everything else.</summary>
    public void InjectTopLevelFallback(Config config)
    {
        lock (_injected)
        {
            _injected.Add(config);
            Config = _injected.Aggregate(
                _user.WithFallback(ConfigurationFactory.Default()), static (whole, defaults) => whole.WithFallback(defaults));
        }
    }

    public override string ToString() => Config.ToString();
}
