using Akka.Actor;

namespace Ferry.Runtime.Tests.Core;

public sealed class SupervisionTests() : WithSystem(ManualScheduler.Config)
{
    private IActorRef Parent(SupervisorStrategy strategy, Probe? life = null, string name = "parent") =>
        System.ActorOf(Puppet.Named(name, life).WithSupervisorStrategy(strategy), name);

    private static OneForOneStrategy Always(Directive directive) => new(_ => directive);

    [Fact]
    public void Restart_Mailbox_IsKeptAndTheFailedMessageIsNotRepeated()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a"));
        using var gate = new ManualResetEventSlim();
        var runs = 0;
        actor.Tell(new Do(_ =>
        {
            gate.Wait(Safety);
            runs++;
            throw new TestException();
        }));
        for (var i = 0; i < 100; i++)
            actor.Tell($"message {i}", probe.Ref);
        gate.Set();
        probe.ExpectAll([.. Enumerable.Range(0, 100).Select(i => $"message {i}")]);
        runs.Should().Be(1);
    }

    [Fact]
    public void Resume_State_IsKept()
    {
        var child = Parent(Always(Directive.Resume)).Child("child");
        child.Count(5);
        child.Tell(new TestException());
        child.Count(1).Should().Be(6);
    }

    [Fact]
    public void Stop_FailingChild_Terminates()
    {
        var probe = NewProbe();
        var child = Parent(Always(Directive.Stop)).Child("child");
        probe.Watch(child);
        child.Tell(new TestException());
        probe.ExpectTerminated(child);
    }

    [Fact]
    public void Escalate_GrandparentDecides_ParentRestartsAndItsChildrenStop()
    {
        var life = NewProbe();
        var grandparent = Parent(Always(Directive.Restart), name: "grandparent");
        var parent = grandparent.In(c => c.ActorOf(Puppet.Named("parent", life).WithSupervisorStrategy(Always(Directive.Escalate)), "parent"));
        var child = parent.Child("child", life);
        life.ExpectAll("parent PreStart", "child PreStart");
        life.Watch(child);
        child.Tell(new TestException("boom"));
        var events = Events(life, 6);
        events.Should().BeEquivalentTo(
            ["parent PreRestart(boom, nothing)", "parent PostStop", "child PostStop", "child terminated", "parent PostRestart(boom)", "parent PreStart"]);
        events.Should().ContainInOrder("child PostStop", "parent PostRestart(boom)");
        parent.Count().Should().Be(1);
    }

    [Fact]
    public void Escalate_GrandparentResumes_EveryoneGoesOn()
    {
        var grandparent = Parent(Always(Directive.Resume), name: "grandparent");
        var parent = grandparent.In(c => c.ActorOf(Puppet.Named("parent").WithSupervisorStrategy(Always(Directive.Escalate)), "parent"));
        var child = parent.Child("child");
        var sibling = parent.Child("sibling");
        (parent.Count(2), child.Count(3), sibling.Count(4)).Should().Be((2, 3, 4));
        child.Tell(new TestException());
        (parent.Count(), child.Count(), sibling.Count()).Should().Be((3, 4, 5));
    }

    [Fact]
    public void Restart_Children_AreStoppedBeforeTheNewInstance()
    {
        var life = NewProbe();
        var parent = Parent(SupervisorStrategy.DefaultStrategy, life);
        parent.Child("child", life).Child("grandchild", life);
        life.ExpectAll("parent PreStart", "child PreStart", "grandchild PreStart");
        parent.Tell(new TestException("boom"));
        var events = Events(life, 6);
        events.Should().ContainInOrder("parent PreRestart(boom, TestException)", "parent PostStop", "parent PostRestart(boom)", "parent PreStart");
        events.Should().ContainInOrder("grandchild PostStop", "child PostStop", "parent PostRestart(boom)");
    }

    [Fact]
    public void Restart_PreRestartKeepsChildren_TheyAreRestarted()
    {
        var life = NewProbe();
        var parent = System.ActorOf(Props.Create(() => new Caring(life)));
        var child = parent.Child("child", life);
        life.Expect("child PreStart");
        child.Count(7);
        parent.Tell(new TestException("boom"));
        life.ExpectAll("caring restarted", "child PreRestart(boom, nothing)", "child PostStop", "child PostRestart(boom)", "child PreStart");
        child.Count(1).Should().Be(1);
    }

    [Fact]
    public void AllForOne_OneFails_AllAreRestarted()
    {
        var parent = Parent(new AllForOneStrategy(_ => Directive.Restart));
        var (one, two) = (parent.Child("one"), parent.Child("two"));
        one.Count(5);
        two.Count(5);
        one.Tell(new TestException());
        one.Count().Should().Be(1);
        two.Count().Should().Be(1);
    }

    [Fact]
    public void AllForOne_Stop_AllAreStopped()
    {
        var probe = NewProbe();
        var parent = Parent(new AllForOneStrategy(_ => Directive.Stop));
        var (one, two) = (parent.Child("one"), parent.Child("two"));
        probe.Watch(two);
        one.Tell(new TestException());
        probe.ExpectTerminated(two);
    }

    [Fact]
    public void Limit_ExceededInWindow_StopsAndAfterTheWindowCountsAnew()
    {
        var probe = NewProbe();
        var child = Parent(new OneForOneStrategy(2, TimeSpan.FromSeconds(10), _ => Directive.Restart)).Child("child");
        probe.Watch(child);
        for (var window = 0; window < 3; window++)
        {
            for (var i = 0; i < 2; i++)
            {
                child.Tell(new TestException());
                child.Count().Should().Be(1);
            }

            Advance(11);
        }

        child.Tell(new TestException());
        child.Count().Should().Be(1);
        child.Tell(new TestException());
        child.Tell(new TestException());
        probe.ExpectTerminated(child);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 4)]
    public void Limit_WithoutWindow_CountsForever(int limit, int failures)
    {
        var probe = NewProbe();
        var child = Parent(new OneForOneStrategy(limit, -1, _ => Directive.Restart)).Child("child");
        probe.Watch(child);
        for (var i = 1; i < failures; i++)
        {
            child.Tell(new TestException());
            child.Count().Should().Be(1);
            Advance(1000);
        }

        child.Tell(new TestException());
        probe.ExpectTerminated(child);
    }

    [Fact]
    public void AllForOne_LimitInWindow_IsCountedForEachAndStopsAll()
    {
        var probe = NewProbe();
        var parent = Parent(new AllForOneStrategy(2, TimeSpan.FromSeconds(10), _ => Directive.Restart));
        var (one, two) = (parent.Child("one"), parent.Child("two"));
        probe.Watch(one).Watch(two);
        for (var window = 0; window < 2; window++)
        {
            foreach (var failing in new[] { one, two })
            {
                failing.Tell(new TestException());
                failing.Count().Should().Be(1);
            }

            Advance(11);
        }

        for (var i = 0; i < 3; i++)
            one.Tell(new TestException());
        new[] { probe.Expect<Terminated>().ActorRef, probe.Expect<Terminated>().ActorRef }.Should().BeEquivalentTo([one, two]);
    }

    [Theory]
    [InlineData(Directive.Resume, 6)]
    [InlineData(Directive.Restart, 1)]
    public void AllForOne_Resume_TouchesNobody_Restart_Everyone(Directive directive, int sum)
    {
        var parent = Parent(new AllForOneStrategy(_ => directive));
        var (one, two) = (parent.Child("one"), parent.Child("two"));
        one.Count(5);
        two.Count(5);
        one.Tell(new TestException());
        one.Count().Should().Be(sum);
        two.Count().Should().Be(sum);
    }

    [Fact]
    public void ConstructorThrows_SupervisorSeesInitializationException()
    {
        var probe = NewProbe();
        var parent = Parent(new OneForOneStrategy(e =>
        {
            probe.Ref.Tell(e);
            return Directive.Stop;
        }));
        var child = parent.In(c => c.ActorOf(Props.Create(() => new Stillborn(probe)), "child"));
        var failure = probe.Expect<ActorInitializationException>();
        failure.Actor.Should().Be(child);
        failure.InnerException.Should().BeOfType<TestException>();
        probe.Watch(child).ExpectTerminated(child);
    }

    [Fact]
    public void ConstructorThrows_DefaultStrategy_Stops()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(typeof(Stillborn), probe));
        probe.Watch(actor).ExpectTerminated(actor);
    }

    [Fact]
    public async Task ConstructorThrows_RestartDirective_TriesAgainUntilItWorks()
    {
        var attempts = new int[1];
        var child = Parent(Always(Directive.Restart)).In(c => c.ActorOf(Props.Create(() => new LateBloomer(attempts, 4))));
        (await child.Ask<int>("attempts", Safety)).Should().Be(4);
    }

    [Fact]
    public void ConstructorThrowsInRestart_DefaultStrategy_Stops()
    {
        var probe = NewProbe();
        var attempts = new int[1];
        var actor = System.ActorOf(Props.Create(() => new Unrepeatable(attempts)));
        probe.Watch(actor);
        actor.Tell("fail");
        probe.ExpectTerminated(actor);
        attempts[0].Should().Be(2);
    }

    [Fact]
    public void PreStartThrows_PostStopIsNotCalled()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new FalseStart(probe)));
        probe.Watch(actor).ExpectTerminated(actor);
        probe.ExpectNothingMore();
    }

    [Fact]
    public void PostStopThrows_TerminationGoesOn()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new BadLoser()));
        probe.Watch(actor);
        System.Stop(actor);
        probe.ExpectTerminated(actor);
    }

    [Fact]
    public void DeciderThrows_ParentFailsInstead()
    {
        var life = NewProbe();
        var parent = Parent(new OneForOneStrategy((Func<Exception, Directive>)(_ => throw new TestException("decider"))), life);
        life.Expect("parent PreStart");
        parent.Child("child").Tell(new TestException());
        life.Expect("parent PreRestart(decider, nothing)");
    }

    [Fact]
    public void Deciders_PairsAndDefault_DecideByFirstMatch()
    {
        var decider = Decider.From(
            Directive.Escalate, Directive.Resume.When<ArgumentNullException>(), Directive.Stop.When<ArgumentException>());
        decider.Decide(new ArgumentNullException()).Should().Be(Directive.Resume);
        decider.Decide(new ArgumentException("x")).Should().Be(Directive.Stop);
        decider.Decide(new TestException()).Should().Be(Directive.Escalate);
        SupervisorStrategy.DefaultDecider.Decide(new TestException()).Should().Be(Directive.Restart);
        SupervisorStrategy.DefaultDecider.Decide(new ActorKilledException("x")).Should().Be(Directive.Stop);
    }

    [Fact]
    public void FailureOfAStoppedChild_IsIgnored()
    {
        var parent = Parent(Always(Directive.Escalate));
        var child = parent.Child("child");
        parent.Count(3);
        parent.In(c =>
        {
            c.Stop(child);
            return 0;
        });
        ((IInternalActorRef)parent).SendSystemMessage(new Akka.Dispatch.SysMsg.Failed(System.ActorOf(Puppet.Named("other")), new TestException()));
        parent.Count(1).Should().Be(4);
    }

    private static string[] Events(Probe life, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => life.Expect<object>() is string text ? text : "child terminated")];

    private sealed class Caring(Probe life) : UntypedActor
    {
        protected override void PreRestart(Exception reason, object message)
        {
        }

        protected override void PostRestart(Exception reason) => life.Ref.Tell("caring restarted");

        protected override void OnReceive(object message)
        {
            if (message is Exception e)
                throw e;
            ((Do)message).Action(Context);
        }
    }

    private sealed class Stillborn : UntypedActor
    {
        public Stillborn(Probe probe) => throw new TestException(probe.Ref.Path.Name);

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class LateBloomer : UntypedActor
    {
        private readonly int[] _attempts;

        public LateBloomer(int[] attempts, int success)
        {
            _attempts = attempts;
            Context.ActorOf(Puppet.Named("child"), "child"); // its name must be free again for the next attempt
            if (++attempts[0] < success)
                throw new TestException();
        }

        protected override void OnReceive(object message) => Sender.Tell(_attempts[0]);
    }

    private sealed class Unrepeatable : UntypedActor
    {
        public Unrepeatable(int[] attempts)
        {
            if (++attempts[0] > 1)
                throw new TestException();
        }

        protected override void OnReceive(object message) => throw new TestException();
    }

    private sealed class FalseStart(Probe probe) : UntypedActor
    {
        protected override void PreStart() => throw new TestException();

        protected override void PostStop() => probe.Ref.Tell("stopped");

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class BadLoser : UntypedActor
    {
        protected override void PostStop() => throw new TestException();

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
