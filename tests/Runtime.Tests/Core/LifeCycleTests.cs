using Akka.Actor;

namespace Ferry.Runtime.Tests.Core;

public sealed class LifeCycleTests : WithSystem
{
    [Fact]
    public void StartAndStop_Hooks_RunOnce()
    {
        var life = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a", life), "a");
        life.Expect("a PreStart");
        life.Watch(actor);
        System.Stop(actor);
        life.Expect("a PostStop");
        life.ExpectTerminated(actor);
        life.ExpectNothingMore();
    }

    [Fact]
    public void Restart_Hooks_RunOnOldThenNewInstance()
    {
        var life = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a", life));
        life.Expect("a PreStart");
        actor.Count(5).Should().Be(5);
        actor.Tell(new TestException("boom"));
        life.ExpectAll("a PreRestart(boom, TestException)", "a PostStop", "a PostRestart(boom)", "a PreStart");
        actor.Count(1).Should().Be(1, "a new instance has a new state");
    }

    [Fact]
    public void Stop_Parent_StopsChildrenFirst()
    {
        var life = NewProbe();
        var parent = System.ActorOf(Puppet.Named("parent", life), "parent");
        var child = parent.Child("child", life);
        child.Child("grandchild", life);
        life.ExpectAll("parent PreStart", "child PreStart", "grandchild PreStart");
        System.Stop(parent);
        life.ExpectAll("grandchild PostStop", "child PostStop", "parent PostStop");
    }

    [Fact]
    public void Stop_QueuedMessages_BecomeDeadLetters()
    {
        var deadLetters = NewProbe();
        System.EventStream.Subscribe(deadLetters.Ref, typeof(Akka.Event.DeadLetter));
        var actor = System.ActorOf(Puppet.Named("a"));
        using var gate = new ManualResetEventSlim();
        actor.Tell(new Do(context =>
        {
            gate.Wait(Safety);
            context.Stop(context.Self);
        }));
        actor.Tell("too late 1", deadLetters.Ref);
        actor.Tell("too late 2");
        gate.Set();
        var first = deadLetters.Expect<Akka.Event.DeadLetter>();
        (first.Message, first.Sender, first.Recipient).Should().Be(("too late 1", deadLetters.Ref, actor));
        deadLetters.Expect<Akka.Event.DeadLetter>().Message.Should().Be("too late 2");
        deadLetters.Watch(actor).ExpectTerminated(actor);
        actor.Tell("gone");
        deadLetters.Expect<Akka.Event.DeadLetter>().Message.Should().Be("gone");
    }

    [Fact]
    public void PoisonPill_MessagesBefore_AreHandled()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a"));
        probe.Watch(actor);
        actor.Tell("one", probe.Ref);
        actor.Tell(PoisonPill.Instance);
        actor.Tell("two", probe.Ref);
        probe.Expect("one");
        probe.ExpectTerminated(actor);
        probe.ExpectNothingMore();
    }

    [Fact]
    public void Kill_DefaultStrategy_Stops()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a", probe));
        probe.Expect("a PreStart");
        probe.Watch(actor);
        actor.Tell(Kill.Instance);
        probe.Expect("a PostStop");
        probe.ExpectTerminated(actor);
    }

    [Fact]
    public void Name_OfStoppingChild_IsFreeOnlyAfterItsTermination()
    {
        var life = NewProbe();
        var parent = System.ActorOf(Puppet.Named("parent"));
        var first = parent.Child("child", life);
        life.Expect("child PreStart");
        life.Watch(first);
        using var gate = new ManualResetEventSlim();
        first.Tell(new Do(_ => gate.Wait(Safety)));
        parent.In(context =>
        {
            context.Stop(first);
            return context.Invoking(c => c.ActorOf(Puppet.Named("child"), "child")).Should().Throw<InvalidActorNameException>();
        });
        gate.Set();
        life.Expect("child PostStop");
        life.ExpectTerminated(first);

        var second = parent.Child("child");
        second.Path.Should().Be(first.Path);
        second.Should().NotBe(first, "it is another incarnation");
        second.Count().Should().Be(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$a")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData("a b")]
    public void ActorOf_IllegalName_Throws(string name) =>
        System.Invoking(s => s.ActorOf(Puppet.Named("x"), name)).Should().Throw<InvalidActorNameException>();

    [Fact]
    public void ActorOf_NoName_MakesUniqueNames()
    {
        var names = Enumerable.Range(0, 200).Select(_ => System.ActorOf(Puppet.Named("x")).Path.Name).ToArray();
        names.Should().OnlyHaveUniqueItems().And.OnlyContain(name => name[0] == '$');
    }

    [Fact]
    public void Constructor_OutsideOfAnActor_Throws() =>
        FluentActions.Invoking(() => new Puppet("x", null)).Should().Throw<ActorInitializationException>();

    [Fact]
    public void Become_Stacked_ReturnsToTheOneBefore()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Moody()));
        foreach (var word in new[] { "mood", "angry", "mood", "calm", "mood", "happy", "mood", "angry", "mood" })
            actor.Tell(word, probe.Ref);
        probe.ExpectAll("calm", "angry", "calm", "happy", "angry");
    }

    [Fact]
    public void Receive_FirstMatchingHandlerWins_RestIsUnhandled()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(Akka.Event.UnhandledMessage));
        var actor = System.ActorOf(Props.Create(() => new Picky()));
        actor.Tell(3, probe.Ref);
        actor.Tell(30, probe.Ref);
        actor.Tell(300, probe.Ref);
        actor.Tell(3.0, probe.Ref);
        probe.ExpectAll("small 3", "medium 30");
        probe.Expect<Akka.Event.UnhandledMessage>().Message.Should().Be(300);
        probe.Expect<Akka.Event.UnhandledMessage>().Message.Should().Be(3.0);
    }

    [Fact]
    public void Tell_Null_Throws() =>
        System.ActorOf(Puppet.Named("a")).Invoking(a => a.Tell(null!)).Should().Throw<InvalidMessageException>();

    [Fact]
    public void Forward_KeepsTheSender()
    {
        var probe = NewProbe();
        var target = System.ActorOf(Puppet.Named("target"));
        var middle = System.ActorOf(Puppet.Named("middle"));
        middle.Tell(new Do(_ => target.Forward("hello")), probe.Ref);
        probe.Expect("hello");
        probe.LastSender.Should().Be(target);
    }

    [Fact]
    public void Dispose_DisposableActor_IsDisposedAtItsEnd()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Closing(probe)));
        System.Stop(actor);
        probe.Expect("disposed");
    }

    [Fact]
    public void Props_NotANewExpression_Throws()
    {
        var puppet = (Puppet)null!;
        FluentActions.Invoking(() => Props.Create(() => puppet)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Props_ByTypeAndArguments_UsesTheConstructor()
    {
        var life = NewProbe();
        System.ActorOf(Props.Create(typeof(Puppet), "typed", life));
        life.Expect("typed PreStart");
        System.ActorOf(Props.Create<Puppet>("generic", life));
        life.Expect("generic PreStart");
    }

    [Fact]
    public void Producer_MakesAnInstanceForEachStart_AndGetsItBack()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.CreateBy(new Factory(probe)));
        probe.Expect("made");
        actor.Tell(new TestException());
        probe.ExpectAll("released", "made");
        System.Stop(actor);
        probe.Expect("released");
        probe.ExpectNothingMore();
    }

    private sealed class Factory(Probe probe) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Puppet);

        public ActorBase Produce()
        {
            probe.Ref.Tell("made");
            return new Puppet("made", null);
        }

        public void Release(ActorBase actor) => probe.Ref.Tell("released");
    }

    private sealed class Moody : ReceiveActor
    {
        public Moody()
        {
            Receive<string>(m => m == "angry", _ => BecomeStacked(Angry));
            Receive<string>(m => m == "happy", _ => Become(Happy));
            Receive<string>(m => m == "mood", _ => Sender.Tell("calm"));
        }

        private void Angry()
        {
            Receive<string>(m => m == "calm", _ => UnbecomeStacked());
            Receive<string>(m => m == "mood", _ => Sender.Tell("angry"));
        }

        private void Happy()
        {
            Receive<string>(m => m == "angry", _ => Become(Angry));
            Receive<string>(m => m == "mood", _ => Sender.Tell("happy"));
        }
    }

    private sealed class Picky : ReceiveActor
    {
        public Picky()
        {
            Receive<int>(i => Sender.Tell($"small {i}"), i => i < 10);
            Receive<int>(i =>
            {
                if (i >= 100)
                    return false;
                Sender.Tell($"medium {i}");
                return true;
            });
        }
    }

    private sealed class Closing(Probe probe) : UntypedActor, IDisposable
    {
        public void Dispose() => probe.Ref.Tell("disposed");

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
