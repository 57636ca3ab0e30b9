using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A test's own actor and what can be expected of it. The expectations are in the neighbouring files; each has one body,
/// which waits asynchronously or, for the synchronous form, on the spot.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int _probes;

    private readonly ITestKitAssertions _assertions;
    private readonly TestQueue _queue = new();
    private readonly ActorCell? _before;
    private MessageEnvelope _last = NullMessageEnvelope.Instance;

    protected TestKitBase(ITestKitAssertions assertions, Config? config = null, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, ActorSystem.Create(actorSystemName ?? "test", config.SafeWithFallback(DefaultConfig)), testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system, string? testActorName = null)
    {
        _assertions = assertions;
        Sys = system ?? ActorSystem.Create("test", DefaultConfig);
        Sys.Settings.InjectTopLevelFallback(DefaultConfig);
        TestKitSettings = new TestKitSettings(Sys.Settings.Config);
        TestActor = ((ExtendedActorSystem)Sys).SystemActorOf(
            Props.Create(() => new TestActor(_queue)),
            testActorName ?? $"testActor{Interlocked.Increment(ref _probes)}");
        Log = Logging.GetLogger(Sys, GetType());
        if (this is not INoImplicitSender)
            (_before, ActorCell.StandIn) = (ActorCell.StandIn, ((LocalActorRef)TestActor).Cell);
    }

    public static Config DefaultConfig { get; } = ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.testkit.conf");

    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString(
        """
        akka.loglevel = DEBUG
        akka.log-dead-letters = on
        akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on }
        """);

    public ActorSystem Sys { get; }

    public TestKitSettings TestKitSettings { get; }

    public IActorRef TestActor { get; }

    public ILoggingAdapter Log { get; }

    /// <summary>Filters of log events, to expect them or to keep them silent.</summary>
    public EventFilterFactory EventFilter => new(this);

    public bool HasMessages => !_queue.IsEmpty;

    public object LastMessage => _last.Message;

    public IActorRef LastSender => _last.Sender;

    public IActorRef ActorOf(Props props, string? name = null) => Sys.ActorOf(props, name);

    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);

    public IActorRef ActorOf<TActor>()
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>());

    public IActorRef ActorOf<TActor>(string? name)
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(System.Linq.Expressions.Expression<Func<TActor>> factory)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory));

    public IActorRef ActorOf<TActor>(System.Linq.Expressions.Expression<Func<TActor>> factory, string? name)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) =>
        new(system, _assertions, name is null ? null : $"{name}-{Interlocked.Increment(ref _probes)}");

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>Has the test actor told when an actor ends.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        Wait(WatchAsync(actorToWatch));
        return actorToWatch;
    }

    public Task<IActorRef> WatchAsync(IActorRef actorToWatch) => AskTestActor(new TestActor.WatchActor(actorToWatch), actorToWatch);

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        Wait(UnwatchAsync(actorToUnwatch));
        return actorToUnwatch;
    }

    public Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch) => AskTestActor(new TestActor.UnwatchActor(actorToUnwatch), actorToUnwatch);

    public IActorRef ChildActorOf(Props props, string? name = null, CancellationToken cancellationToken = default) =>
        Wait(ChildActorOfAsync(props, name, cancellationToken));

    /// <summary>Starts an actor as a child of the test actor.</summary>
    public Task<IActorRef> ChildActorOfAsync(Props props, string? name = null, CancellationToken cancellationToken = default) =>
        TestActor.Ask<IActorRef>(new TestActor.SpawnChild(props, name), TestKitSettings.DefaultTimeout, cancellationToken);

    /// <summary>Messages for which the function holds are not put before the test.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => TestActor.Tell(new TestActor.SetIgnore(shouldIgnoreMessage), ActorRefs.NoSender);

    public void IgnoreMessages<T>(Func<T, bool> shouldIgnoreMessage) => IgnoreMessages(message => message is T typed && shouldIgnoreMessage(typed));

    public void IgnoreMessages<T>() => IgnoreMessages(static message => message is T);

    public void IgnoreNoMessages() => TestActor.Tell(new TestActor.SetIgnore(null), ActorRefs.NoSender);

    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new TestActor.SetAutoPilot(pilot), ActorRefs.NoSender);

    /// <summary>Ends the actor system of this kit.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) => Shutdown(Sys, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var limit = duration ?? TimeSpan.FromTicks(Math.Max(Dilated(TimeSpan.FromSeconds(5)).Ticks, TimeSpan.FromSeconds(10).Ticks));
        var ended = system.Terminate().Wait(limit);
        if (!ended && verifySystemShutdown)
            throw new TimeoutException($"The actor system {system.Name} did not end within {limit}.");
        if (!ended)
            system.Log.Warning("The actor system {0} did not end within {1}.", system.Name, limit);
    }

    internal void FailExpectation(string message) => _assertions.Fail("{0}", message);

    internal void EndImplicitSender() => ActorCell.StandIn = _before;

    private async Task<IActorRef> AskTestActor(object request, IActorRef subject)
    {
        await TestActor.Ask<object>(request, TestKitSettings.DefaultTimeout).ConfigureAwait(false);
        return subject;
    }

    // Of a body that waited on the spot this is only the result.
    private static T Wait<T>(ValueTask<T> done) => done.IsCompleted ? done.GetAwaiter().GetResult() : done.AsTask().GetAwaiter().GetResult();

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
