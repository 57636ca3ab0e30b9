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
/// longer than its timeout, or fails, is logged and left behind; where it is not to <c>recover</c>, it ends the run.
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

    private readonly ActorSystemImpl _system;
    private readonly ConcurrentDictionary<string, List<(string Name, Func<Task<Done>> Run)>> _tasks = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<ShutdownPhase> _phases;
    private Task<Done>? _run;

    internal CoordinatedShutdown(ActorSystemImpl system) =>
        (_system, _phases) = (system, ShutdownPhase.InOrder(system.Settings.Config.GetConfig("akka.coordinated-shutdown")!));

    public ExtendedActorSystem System => _system;

    /// <summary>Why the shutdown runs; null while it does not.</summary>
    public Reason? ShutdownReason { get; private set; }

    public TimeSpan TotalTimeout => _phases.Aggregate(TimeSpan.Zero, static (total, phase) => total + phase.Timeout);

    public static CoordinatedShutdown Get(ActorSystem sys) => new CoordinatedShutdownExtension().Get(sys);

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        _ = Known(phase);
        if (taskName.Length == 0)
            throw new ArgumentException("A task needs a name.", nameof(taskName));
        lock (_lock)
            _tasks.GetOrAdd(phase, static _ => []).Add((taskName, task));
    }

    public TimeSpan Timeout(string phase) => Known(phase).Timeout;

    /// <summary>Runs all phases, or those from <paramref name="fromPhase"/> on; a second call gets the first run's task.</summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        lock (_lock)
        {
            if (_run is not null)
                return _run;
            var phases = fromPhase is null ? _phases : [.. _phases.SkipWhile(phase => phase != Known(fromPhase))];
            ShutdownReason = reason;
            return _run = Task.Run(() => RunPhases(phases));
        }
    }

    private ShutdownPhase Known(string phase) => _phases.FirstOrDefault(p => string.Equals(p.Name, phase, StringComparison.Ordinal))
        ?? throw new ConfigurationException($"Unknown phase [{phase}], known phases are [{string.Join(", ", _phases.Select(static p => p.Name))}]");

    private async Task<Done> RunPhases(IReadOnlyList<ShutdownPhase> phases)
    {
        foreach (var phase in phases)
        {
            if (phase.IsEnabled)
                await RunTasks(phase).ConfigureAwait(false);
            if (string.Equals(phase.Name, PhaseActorSystemTerminate, StringComparison.Ordinal) && TerminatesSystem)
            {
                _system.StopActors();
                await _system.WhenTerminated.ConfigureAwait(false);
            }
        }

        return Done.Instance;
    }

    private async Task RunTasks(ShutdownPhase phase)
    {
        (string Name, Func<Task<Done>> Run)[] tasks;
        lock (_lock)
            tasks = _tasks.TryGetValue(phase.Name, out var list) ? [.. list] : [];
        try
        {
            await Task.WhenAll(tasks.Select(task => RunTask(phase, task.Name, task.Run))).WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (phase.Recovers)
        {
            _system.Log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase.Name, phase.Timeout);
        }
    }

    private bool TerminatesSystem =>
        _system.Settings.CoordinatedShutdownTerminateActorSystem || ShutdownReason is ActorSystemTerminateReason;

    private async Task RunTask(ShutdownPhase phase, string name, Func<Task<Done>> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception e) when (phase.Recovers)
        {
            _system.Log.Warning("Task [{0}] of coordinated shutdown phase [{1}] failed: {2}", name, phase.Name, e);
        }
    }

    /// <summary>Why it ends; a service may derive reasons of its own.</summary>
    public class Reason
    {
        protected Reason()
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
