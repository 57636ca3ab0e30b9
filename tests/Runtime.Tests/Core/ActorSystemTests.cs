using System.Collections.Concurrent;
using Akka;
using Akka.Actor;
using Akka.Configuration;

namespace Ferry.Runtime.Tests.Core;

public sealed class ActorSystemTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Terminate_UserActorsFirst_ThenSystemActors_ThenTheRest()
    {
        var system = Create();
        var order = new ConcurrentQueue<string>();
        system.RegisterOnTermination(() => order.Enqueue("first registered"));
        system.RegisterOnTermination(() => order.Enqueue("last registered"));
        system.ActorOf(Props.Create(() => new Reporting("user", order)));
        ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new Reporting("system", order)), "helper");
        await system.Terminate().WaitAsync(Safety);
        order.Should().Equal("user", "system", "last registered", "first registered");
        system.Invoking(s => s.ActorOf(Puppet.Named("late"))).Should().Throw<InvalidOperationException>();
        system.Invoking(s => s.RegisterOnTermination(() => { })).Should().Throw<InvalidOperationException>();
        await system.Terminate().WaitAsync(Safety);
        system.WhenTerminated.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public async Task Terminate_WhileActorsAreBeingMade_LeavesNoneBehind()
    {
        for (var round = 0; round < 20; round++)
        {
            var system = Create();
            var made = new ConcurrentBag<IActorRef>();
            var makers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() =>
            {
                try
                {
                    for (var i = 0; i < 5000; i++)
                        made.Add(system.ActorOf(Puppet.Named("x")));
                }
                catch (InvalidOperationException)
                {
                    // the system is stopping
                }
            }, TaskCreationOptions.LongRunning)).ToArray();
            await system.Terminate().WaitAsync(Safety);
            await Task.WhenAll(makers).WaitAsync(Safety);
            made.Should().OnlyContain(actor => actor.IsStopped());
        }
    }

    [Fact]
    public async Task CoordinatedShutdown_Phases_RunInOrder_FailuresAndAll()
    {
        var system = Create("akka.coordinated-shutdown.phases.service-stop.timeout = 1ms");
        var order = new ConcurrentQueue<string>();
        var shutdown = CoordinatedShutdown.Get(system);
        CoordinatedShutdown.Get(system).Should().BeSameAs(shutdown);
        system.ActorOf(Props.Create(() => new Reporting("actor", order)));
        Add(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, Done);
        Add(CoordinatedShutdown.PhaseServiceUnbind, () => throw new TestException());
        Add(CoordinatedShutdown.PhaseServiceStop, () => new TaskCompletionSource<Done>().Task);
        Add(CoordinatedShutdown.PhaseBeforeServiceUnbind, Done);
        await system.Terminate().WaitAsync(Safety);
        order.Should().Equal("before-service-unbind", "service-unbind", "service-stop", "before-actor-system-terminate", "actor");
        shutdown.ShutdownReason.Should().Be(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        shutdown.Invoking(s => s.AddTask("no-phase", "x", Done)).Should().Throw<ConfigurationException>();

        void Add(string phase, Func<Task<Done>> task) => shutdown.AddTask(phase, "task", () =>
        {
            order.Enqueue(phase);
            return task();
        });

        static Task<Done> Done() => Task.FromResult(Akka.Done.Instance);
    }

    [Fact]
    public async Task CoordinatedShutdown_PhaseOfTheConfiguration_ComesWhereItBelongs()
    {
        var system = Create("""
            akka.coordinated-shutdown.phases {
              drain { depends-on = [before-service-unbind] }
              service-unbind { depends-on = [drain] }
              service-stop.enabled = off
            }
            """);
        var order = new ConcurrentQueue<string>();
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (var phase in new[] { "service-stop", "service-unbind", "drain", "before-service-unbind", "before-cluster-shutdown" })
            shutdown.AddTask(phase, phase, () => Add(phase));
        await shutdown.Run(new Maintenance()).WaitAsync(Safety);
        order.Should().Equal("before-service-unbind", "drain", "service-unbind", "before-cluster-shutdown");
        shutdown.ShutdownReason.Should().BeOfType<Maintenance>();
        shutdown.Timeout("drain").Should().Be(TimeSpan.FromSeconds(5));

        Task<Done> Add(string phase)
        {
            order.Enqueue(phase);
            return Task.FromResult(Done.Instance);
        }
    }

    [Fact]
    public async Task CoordinatedShutdown_FromAPhase_LeavesTheEarlierOut()
    {
        var system = Create();
        var ran = new ConcurrentQueue<string>();
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (var phase in new[] { CoordinatedShutdown.PhaseServiceUnbind, CoordinatedShutdown.PhaseServiceStop })
        {
            shutdown.AddTask(phase, "task", () =>
            {
                ran.Enqueue(phase);
                return Task.FromResult(Done.Instance);
            });
        }

        FluentActions.Invoking(() => { _ = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, "no-phase"); }).Should().Throw<ConfigurationException>();
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseServiceStop).WaitAsync(Safety);
        ran.Should().Equal("service-stop");
    }

    [Fact]
    public async Task CoordinatedShutdown_PhaseThatMayNotFail_EndsTheRun()
    {
        var system = Create("akka.coordinated-shutdown { phases.service-stop.recover = off, run-by-actor-system-terminate = off }");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "failing", () => throw new TestException());
        await shutdown.Awaiting(s => s.Run(CoordinatedShutdown.UnknownReason.Instance)).Should().ThrowAsync<TestException>();
        system.WhenTerminated.IsCompleted.Should().BeFalse();
        await system.Terminate().WaitAsync(Safety);
    }

    [Fact]
    public async Task CoordinatedShutdown_PhasesInACircle_AreRefused()
    {
        var system = Create("akka.coordinated-shutdown { phases.before-service-unbind.depends-on = [service-stop], run-by-actor-system-terminate = off }");
        FluentActions.Invoking(() => CoordinatedShutdown.Get(system)).Should().Throw<ConfigurationException>().WithMessage("*circle*");
        await system.Terminate().WaitAsync(Safety);
    }

    [Fact]
    public async Task CoordinatedShutdown_Run_IsOneRun_AndTerminatesTheSystem()
    {
        var system = Create();
        var shutdown = CoordinatedShutdown.Get(system);
        var first = shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).Should().BeSameAs(first);
        await first.WaitAsync(Safety);
        system.WhenTerminated.IsCompleted.Should().BeTrue();
    }

    [Fact]
    public async Task Extension_IsMadeOnce_AndRetriedAfterAFailure()
    {
        var system = Create();
        var id = new CounterId();
        system.HasExtension<Counter>().Should().BeFalse();
        CounterId.Failing = true;
        system.Invoking(s => s.RegisterExtension(id)).Should().Throw<TestException>();
        CounterId.Failing = false;
        var extensions = new Counter[16];
        Parallel.For(0, extensions.Length, i => extensions[i] = id.Get(system));
        extensions.Distinct().Should().ContainSingle();
        system.GetExtension<Counter>().Should().BeSameAs(extensions[0]);
        system.TryGetExtension<Counter>(out var found).Should().BeTrue();
        found.Should().BeSameAs(extensions[0]);
        system.WithExtension<Counter, CounterId>().Should().BeSameAs(extensions[0]);
        await system.Terminate().WaitAsync(Safety);
    }

    [Fact]
    public async Task Extensions_OfTheConfiguration_AreStarted()
    {
        var system = Create("akka.extensions = [\"Ferry.Runtime.Tests.Core.GreetingId, Runtime.Tests\"]");
        system.HasExtension<Greeting>().Should().BeTrue();
        await system.Terminate().WaitAsync(Safety);
    }

    [Fact]
    public async Task GuardianStrategy_OfTheConfiguration_IsUsed()
    {
        var system = Create("akka.actor.guardian-supervisor-strategy = \"Akka.Actor.StoppingSupervisorStrategy\"");
        var actor = system.ActorOf(Puppet.Named("a"));
        var stopped = actor.WatchAsync();
        actor.Tell(new TestException());
        (await stopped.WaitAsync(Safety)).Should().BeTrue();
        await system.Terminate().WaitAsync(Safety);
    }

    [Fact]
    public async Task Escalation_ToTheTop_TerminatesTheSystem()
    {
        var system = Create("akka.actor.guardian-supervisor-strategy = \"Ferry.Runtime.Tests.Core.EscalatingStrategy, Runtime.Tests\"");
        system.ActorOf(Puppet.Named("a")).Tell(new TestException());
        await system.WhenTerminated.WaitAsync(Safety);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("$x")]
    public void Create_BadName_Throws(string name) =>
        FluentActions.Invoking(() => ActorSystem.Create(name)).Should().Throw<ArgumentException>();

    [Fact]
    public async Task RealScheduler_FiresInOrder_AndStopsWithTheSystem()
    {
        var system = Create();
        var order = new ConcurrentQueue<int>();
        var done = new TaskCompletionSource();
        system.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(60), () =>
        {
            order.Enqueue(2);
            done.SetResult();
        });
        system.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(1), () => order.Enqueue(1));
        var cancelled = system.Scheduler.Advanced.ScheduleOnceCancelable(TimeSpan.FromMilliseconds(20), () => order.Enqueue(-1));
        cancelled.Cancel();
        system.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(2), () => throw new TestException("a scheduled action may fail"));
        await done.Task.WaitAsync(Safety);
        order.Should().Equal(1, 2);

        var ticks = new TaskCompletionSource();
        var count = 0;
        var repeated = system.Scheduler.Advanced.ScheduleRepeatedlyCancelable(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), () =>
        {
            if (++count == 5)
                ticks.SetResult();
        });
        await ticks.Task.WaitAsync(Safety);
        repeated.Cancel();
        await system.Terminate().WaitAsync(Safety);
        system.Scheduler.Advanced.Invoking(s => s.ScheduleOnce(TimeSpan.Zero, () => { })).Should().Throw<SchedulerException>();
    }

    private static ActorSystem Create(string config = "") => ActorSystem.Create(
        "test", ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }")));

    private sealed class Reporting(string name, ConcurrentQueue<string> order) : UntypedActor
    {
        protected override void PostStop() => order.Enqueue(name);

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class Maintenance : CoordinatedShutdown.Reason;

    private sealed class Counter : IExtension;

    private sealed class CounterId : ExtensionIdProvider<Counter>
    {
        internal static bool Failing { get; set; }

        public override Counter CreateExtension(ExtendedActorSystem system) => Failing ? throw new TestException() : new Counter();
    }
}

public sealed class EscalatingStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => new OneForOneStrategy(_ => Directive.Escalate);
}

public sealed class Greeting : IExtension;

public sealed class GreetingId : ExtensionIdProvider<Greeting>
{
    public override Greeting CreateExtension(ExtendedActorSystem system) => new();
}
