using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Supervisor;
using Ferry.Engine.Requests;
using Ferry.Testing.Time;

namespace Ferry.Actors.Tests.Kit;

/// <summary>A supervisor in a TestKit's actor system over a real journal, with I/O in the hand of the test. Time stands still until moved.</summary>
public abstract class EngineKit : TestKit
{
    public static readonly TimeSpan Patience = FakeOrigin.Patience;

    private readonly DataDirectory _data;

    protected EngineKit(string config = "")
        : this(new TemporaryDirectory(), config)
    {
    }

    private EngineKit(TemporaryDirectory home, string config)
        : base(ConfigurationFactory.ParseString(config)
            .WithFallback(ConfigurationFactory.ParseString("""
                akka.test.single-expect-default = 30s
                akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
                """))
            .WithFallback(FerryConfiguration.Create(new FerryOptions { DataDirectory = home.File("data"), Durability = Durability.Process })))
    {
        Home = home;
        _data = DataDirectory.Open(home.File("data"));
        Options = new FerryOptions { DataDirectory = home.File("data"), Durability = Durability.Process, Time = Time, Seed = 7, Work = Origin };
    }

    protected TemporaryDirectory Home { get; }

    protected FakeOrigin Origin { get; } = new();

    protected ManualTimeProvider Time { get; } = new();

    protected FerryOptions Options { get; set; }

    protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    /// <summary>Starts a supervisor and waits until it is ready.</summary>
    protected IActorRef StartSupervisor()
    {
        var supervisor = Sys.ActorOf(TransferSupervisor.Props(Options));
        Ask<EngineReady>(supervisor, new AwaitReady());
        return supervisor;
    }

    /// <summary>Lets time pass for clock and timers alike.</summary>
    protected void Pass(TimeSpan time)
    {
        Time.Advance(time);
        Scheduler.Advance(time);
    }

    protected T Ask<T>(IActorRef supervisor, object message)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(message, probe.Ref);
        return probe.ExpectMsg<T>(Patience);
    }

    protected TransferRequest FileRequest(string name, int priority = 1, string? id = null, string origin = "http://origin.test") => new()
    {
        Id = id ?? name,
        Url = $"{origin}/{name}",
        Options = new RequestOptions { Priority = priority },
        Destination = new FileDestination(Home.File(name)),
    };

    protected static TransferRequest MemoryRequest(string name, int priority = 1) => new()
    {
        Id = name,
        Url = $"http://origin.test/{name}",
        Options = new RequestOptions { Priority = priority },
        Destination = new MemoryDestination(),
    };

    protected static TransferRequest ChunkRequest(string name) => new()
    {
        Id = name,
        Url = $"http://origin.test/{name}",
        Destination = new ChunkDestination(),
    };

    /// <summary>Starts a transfer with a probe that hears everything.</summary>
    protected TestProbe StartWithProbe(IActorRef supervisor, TransferRequest request, EventKinds events = EventKinds.AllButData, int credits = 16)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(new StartTransfer(request, new Subscription(events, credits)), probe.Ref);
        probe.ExpectMsg<TransferAccepted>(Patience);
        return probe;
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _data.Dispose();
        Home.Dispose();
    }
}
