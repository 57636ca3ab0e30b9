using Akka.Actor;

namespace Ferry.Runtime.Tests.Core;

public sealed class DeathWatchTests : WithSystem
{
    [Fact]
    public void Watch_Twice_TerminatedOnce()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a"));
        probe.Watch(actor).Watch(actor);
        System.Stop(actor);
        var terminated = probe.Expect<Terminated>();
        (terminated.ActorRef, terminated.ExistenceConfirmed, probe.LastSender).Should().Be((actor, true, actor));
        probe.ExpectNothingMore();
    }

    [Fact]
    public void Watch_DeadActor_TerminatedAtOnce()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a"));
        probe.Watch(actor);
        System.Stop(actor);
        probe.ExpectTerminated(actor);
        probe.Watch(actor).ExpectTerminated(actor);
    }

    [Fact]
    public void Watch_PathWithoutActor_TerminatedWithoutExistence()
    {
        var probe = NewProbe();
        var nobody = ((ExtendedActorSystem)System).Provider.ResolveActorRef("akka://test/user/nobody");
        probe.Watch(nobody);
        probe.Expect<Terminated>().ExistenceConfirmed.Should().BeFalse();
    }

    [Fact]
    public void Unwatch_BeforeTheStop_NothingArrives()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a"));
        probe.Watch(actor).Unwatch(actor);
        NewProbeSeesEndOf(actor);
        probe.ExpectNothingMore();
    }

    [Fact]
    public async Task Unwatch_WhileTerminatedWaitsInTheMailbox_NothingArrives()
    {
        var watcher = System.ActorOf(Puppet.Named("watcher"));
        var victim = System.ActorOf(Puppet.Named("victim"));
        watcher.In(c => c.Watch(victim));
        var busy = new TaskCompletionSource();
        using var gate = new ManualResetEventSlim();
        watcher.Tell(new Do(_ =>
        {
            busy.SetResult();
            gate.Wait(Safety);
        }));
        watcher.Tell(new Do(c => c.Unwatch(victim)));
        await busy.Task.WaitAsync(Safety);
        NewProbeSeesEndOf(victim);
        gate.Set();
        // An unhandled Terminated would be a DeathPactException, a restart, and the sum would be lost.
        watcher.Count(2).Should().Be(2);
        watcher.Count(2).Should().Be(4);
    }

    [Fact]
    public void Terminated_Unhandled_DeathPact()
    {
        var probe = NewProbe();
        var watcher = System.ActorOf(Puppet.Named("watcher"));
        var victim = System.ActorOf(Puppet.Named("victim"));
        watcher.In(c => c.Watch(victim));
        probe.Watch(watcher);
        System.Stop(victim);
        probe.ExpectTerminated(watcher);
    }

    [Fact]
    public void WatchWith_OwnMessage_InsteadOfTerminated()
    {
        var probe = NewProbe();
        var watcher = System.ActorOf(Puppet.Named("watcher"));
        var victim = System.ActorOf(Puppet.Named("victim"));
        watcher.In(c => c.WatchWith(victim, new Do(_ => probe.Ref.Tell("the victim is gone"))));
        System.Stop(victim);
        probe.Expect("the victim is gone");
    }

    [Fact]
    public void WatchWith_AfterWatchWithAnotherMessage_Throws()
    {
        var watcher = System.ActorOf(Puppet.Named("watcher"));
        var victim = System.ActorOf(Puppet.Named("victim"));
        watcher.In(c =>
        {
            c.Watch(victim);
            c.Watch(victim);
            c.Invoking(x => x.WatchWith(victim, "other")).Should().Throw<InvalidOperationException>();
            c.Unwatch(victim);
            c.WatchWith(victim, "other");
            return c.Invoking(x => x.Watch(victim)).Should().Throw<InvalidOperationException>();
        });
    }

    [Fact]
    public void Restart_OfTheWatcher_KeepsTheWatch()
    {
        var probe = NewProbe();
        var watcher = System.ActorOf(Puppet.Named("watcher"));
        var victim = System.ActorOf(Puppet.Named("victim"));
        watcher.In(c => c.WatchWith(victim, new Do(_ => probe.Ref.Tell("gone"))));
        watcher.Tell(new TestException());
        watcher.Count().Should().Be(1);
        System.Stop(victim);
        probe.Expect("gone");
    }

    [Fact]
    public void Restart_OfTheWatched_IsNoDeath()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a"));
        probe.Watch(actor);
        actor.Tell(new TestException());
        actor.Count().Should().Be(1);
        probe.ExpectNothingMore();
    }

    [Fact]
    public void Parent_WatchesItsChild_TerminatedOnceAndTheNameIsFree()
    {
        var probe = NewProbe();
        var parent = System.ActorOf(Props.Create(() => new Rebuilding(probe)));
        for (var i = 0; i < 20; i++)
        {
            var child = probe.Expect<IActorRef>();
            child.Path.Name.Should().Be("child");
            System.Stop(child);
            probe.Expect(("gone", child));
        }

        probe.Expect<IActorRef>();
        probe.ExpectNothingMore();
        System.Stop(parent);
    }

    [Fact]
    public async Task GracefulStop_Stops_OrTimesOut()
    {
        var actor = System.ActorOf(Puppet.Named("a"));
        (await actor.GracefulStop(Safety)).Should().BeTrue();
        actor.IsStopped().Should().BeTrue();

        var stubborn = System.ActorOf(Puppet.Named("b"));
        using var gate = new ManualResetEventSlim();
        stubborn.Tell(new Do(_ => gate.Wait(Safety)));
        await stubborn.Awaiting(a => a.GracefulStop(TimeSpan.FromMilliseconds(1))).Should().ThrowAsync<TaskCanceledException>();
        gate.Set();
    }

    [Fact]
    public async Task WatchAsync_CompletesWithTheStop_OrIsCancelled()
    {
        var actor = System.ActorOf(Puppet.Named("a"));
        using var cancelled = new CancellationTokenSource();
        var givesUp = actor.WatchAsync(cancelled.Token);
        var waits = actor.WatchAsync(CancellationToken.None);
        await cancelled.CancelAsync();
        (await givesUp).Should().BeFalse();
        System.Stop(actor);
        (await waits.WaitAsync(Safety)).Should().BeTrue();
    }

    [Fact]
    public async Task GracefulStopAndWatchAsync_GivenUp_WatchNoMore()
    {
        var actor = System.ActorOf(Puppet.Named("a"));
        await actor.Awaiting(a => a.GracefulStop(TimeSpan.FromMilliseconds(1), "not a stop")).Should().ThrowAsync<TaskCanceledException>();
        (await actor.WatchAsync(new CancellationToken(true))).Should().BeFalse();
        actor.Count();
        ((LocalActorRef)actor).Cell.WatcherCount.Should().Be(0);
    }

    [Fact]
    public void Watch_AnAsker_TerminatedWhenItIsAnsweredOrGivesUp()
    {
        var probe = NewProbe();
        var asked = System.ActorOf(Props.Create(() => new Caring(probe)));
        _ = asked.Ask<string>("answered", Safety);
        probe.Expect("watching");
        _ = asked.Ask<string>("silence", TimeSpan.FromMilliseconds(1));
        probe.Expect("watching");
        asked.Tell("answer");
        new[] { probe.Expect<string>(), probe.Expect<string>() }.Should().BeEquivalentTo(["gone", "gone"]);
    }

    private void NewProbeSeesEndOf(IActorRef actor)
    {
        var other = NewProbe().Watch(actor);
        System.Stop(actor);
        other.ExpectTerminated(actor);
    }

    /// <summary>Watches who asks; answers the first when it is told to.</summary>
    private sealed class Caring : ReceiveActor
    {
        private IActorRef? _first;

        public Caring(Probe probe)
        {
            Receive<string>(m => m == "answer", _ => _first!.Tell("here"));
            Receive<string>(_ =>
            {
                _first ??= Sender;
                Context.Watch(Sender);
                probe.Ref.Tell("watching");
            });
            Receive<Terminated>(_ => probe.Ref.Tell("gone"));
        }
    }

    private sealed class Rebuilding : ReceiveActor
    {
        public Rebuilding(Probe probe)
        {
            Receive<Terminated>(t =>
            {
                probe.Ref.Tell(("gone", t.ActorRef));
                Build(probe);
            });
            Build(probe);
        }

        private static void Build(Probe probe) => probe.Ref.Tell(Context.Watch(Context.ActorOf(Puppet.Named("child"), "child")));
    }
}
