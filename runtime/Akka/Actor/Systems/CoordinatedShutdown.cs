using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new((ActorSystemImpl)system);
}

/// <summary>
/// The orderly end: tasks in phases, one phase after the other, the tasks of a phase side by side. A phase that takes
/// longer than its timeout, or fails, is logged and left behind.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private static readonly string[] Phases =
    [
        PhaseBeforeServiceUnbind, PhaseServiceUnbind, PhaseServiceRequestsDone, PhaseServiceStop,
        PhaseBeforeClusterShutdown, PhaseClusterShardingShutdownRegion, PhaseClusterLeave, PhaseClusterExiting,
        PhaseClusterExitingDone, PhaseClusterShutdown, PhaseBeforeActorSystemTerminate, PhaseActorSystemTerminate,
    ];

    private readonly ActorSystemImpl _system;
    private readonly ConcurrentDictionary<string, List<(string Name, Func<Task<Done>> Run)>> _tasks = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Task<Done>? _run;

    internal CoordinatedShutdown(ActorSystemImpl system) => _system = system;

    public ExtendedActorSystem System => _system;

    /// <summary>Why the shutdown runs; null while it does not.</summary>
    public Reason? ShutdownReason { get; private set; }

    public TimeSpan TotalTimeout => Phases.Aggregate(TimeSpan.Zero, (total, phase) => total + Timeout(phase));

    public static CoordinatedShutdown Get(ActorSystem sys) => new CoordinatedShutdownExtension().Get(sys);

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (!Phases.Contains(phase, StringComparer.Ordinal))
            throw new ConfigurationException($"Unknown phase [{phase}], known phases are [{string.Join(", ", Phases)}]");
        if (taskName.Length == 0)
            throw new ArgumentException("A task needs a name.", nameof(taskName));
        lock (_lock)
            _tasks.GetOrAdd(phase, static _ => []).Add((taskName, task));
    }

    public TimeSpan Timeout(string phase) => _system.Settings.Config.GetTimeSpan(
        $"akka.coordinated-shutdown.phases.{phase}.timeout",
        _system.Settings.Config.GetTimeSpan("akka.coordinated-shutdown.default-phase-timeout", TimeSpan.FromSeconds(5), allowInfinite: false),
        allowInfinite: false);

    /// <summary>Runs all phases, or those from <paramref name="fromPhase"/> on; a second call gets the first run's task.</summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        lock (_lock)
        {
            if (_run is not null)
                return _run;
            ShutdownReason = reason;
            var first = fromPhase is null ? 0 : Array.IndexOf(Phases, fromPhase);
            if (first < 0)
                throw new ConfigurationException($"Unknown phase [{fromPhase}], known phases are [{string.Join(", ", Phases)}]");
            return _run = Task.Run(() => RunPhases(first));
        }
    }

    private async Task<Done> RunPhases(int first)
    {
        foreach (var phase in Phases.Skip(first))
            await RunPhase(phase).ConfigureAwait(false);
        return Done.Instance;
    }

    private async Task RunPhase(string phase)
    {
        (string Name, Func<Task<Done>> Run)[] tasks;
        lock (_lock)
            tasks = _tasks.TryGetValue(phase, out var list) ? [.. list] : [];
        try
        {
            await Task.WhenAll(tasks.Select(task => RunTask(phase, task.Name, task.Run))).WaitAsync(Timeout(phase)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _system.Log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase, Timeout(phase));
        }

        if (string.Equals(phase, PhaseActorSystemTerminate, StringComparison.Ordinal) && TerminatesSystem)
        {
            _system.StopActors();
            await _system.WhenTerminated.ConfigureAwait(false);
        }
    }

    private bool TerminatesSystem =>
        _system.Settings.CoordinatedShutdownTerminateActorSystem || ShutdownReason is ActorSystemTerminateReason;

    private async Task RunTask(string phase, string name, Func<Task<Done>> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _system.Log.Warning("Task [{0}] of coordinated shutdown phase [{1}] failed: {2}", name, phase, e);
        }
    }

    public class Reason
    {
        private protected Reason()
        {
        }
    }

    public sealed class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    public sealed class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    public sealed class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }
}
