using Akka.Actor;
using Akka.Event;

namespace Ferry.Runtime.Tests.Core;

public sealed class StashTests() : WithSystem("""
    akka.actor.deployment./by-deployment.stash-capacity = 2
    bounded-stash { mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox", stash-capacity = 2 }
    """)
{
    [Fact]
    public void UnstashAll_Order_IsThatOfArrivalAndBeforeTheRest()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Door()));
        using var gate = new ManualResetEventSlim();
        foreach (var word in new[] { "1", "2", "3" })
            actor.Tell(word, probe.Ref);
        actor.Tell(gate);
        actor.Tell("open");
        actor.Tell("4", probe.Ref);
        gate.Set();
        probe.ExpectAll("1", "2", "3", "4");
    }

    [Fact]
    public void Unstash_One_ReturnsTheOldest()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Door()));
        actor.Tell("1", probe.Ref);
        actor.Tell("2", probe.Ref);
        actor.Tell("let one in");
        probe.Expect("1");
        probe.ExpectNothingMore();
    }

    [Fact]
    public void Restart_StashedMessages_ComeBackWithTheirSenders()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Door()));
        actor.Tell("1", probe.Ref);
        actor.Tell("2", probe.Ref);
        actor.Tell(new TestException());
        actor.Tell("open");
        probe.ExpectAll("1", "2");
    }

    [Fact]
    public void Stop_StashedMessages_BecomeDeadLetters()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        var actor = System.ActorOf(Props.Create(() => new Door()));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell(PoisonPill.Instance);
        probe.Expect<DeadLetter>().Message.Should().Be("1");
        probe.Expect<DeadLetter>().Message.Should().Be("2");
    }

    [Fact]
    public void Stash_Twice_Throws()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Door()));
        actor.Tell("twice", probe.Ref);
        probe.Expect<IllegalActorStateException>();
    }

    [Fact]
    public void ClearAndPrepend_MoveEnvelopes()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Door()));
        actor.Tell("1", probe.Ref);
        actor.Tell("2", probe.Ref);
        actor.Tell("turn around");
        actor.Tell("open");
        probe.ExpectAll("2", "1");
    }

    [Fact]
    public void Terminated_Stashed_ComesBack()
    {
        var probe = NewProbe();
        var victim = System.ActorOf(Puppet.Named("victim"));
        var actor = System.ActorOf(Props.Create(() => new Door()));
        actor.Tell(victim, probe.Ref);
        probe.Expect("watching");
        System.Stop(victim);
        probe.Expect("stashed");
        actor.Tell("open");
        probe.Expect(("gone", victim));
    }

    [Fact]
    public void Mailbox_WithoutDeque_IsRefused()
    {
        var probe = NewProbe();
        System.Invoking(s => s.ActorOf(Props.Create(() => new Door()).WithMailbox("akka.actor.default-mailbox")))
            .Should().Throw<ArgumentException>().WithMessage("*IUnboundedDeque*");
        probe.ExpectNothingMore();
    }

    [Theory]
    [InlineData("by-deployment", null, null)]
    [InlineData("by-props", 2, null)]
    [InlineData("by-mailbox", null, "bounded-stash")]
    public void Bounded_OneTooMany_OverflowsAndTheRestIsKept(string name, int? capacity, string? mailbox)
    {
        var probe = NewProbe();
        var props = Props.Create(() => new Shelf());
        props = capacity is { } size ? props.WithStashCapacity(size) : props;
        var shelf = System.ActorOf(mailbox is null ? props : props.WithMailbox(mailbox), name);
        foreach (var word in new[] { "1", "2", "3" })
            shelf.Tell(word, probe.Ref);
        probe.ExpectAll((1, 2, false), (2, 2, true));
        probe.Expect<StashOverflowException>();
        shelf.Tell("open", probe.Ref);
        probe.ExpectAll("1", "2");
    }

    [Fact]
    public void Stash_WithoutACapacity_AndAnUnboundedOneWithIt_IsNeverFull()
    {
        var probe = NewProbe();
        var shelf = System.ActorOf(Props.Create(() => new Shelf()));
        shelf.Tell("1", probe.Ref);
        probe.Expect((1, -1, false));
        var door = System.ActorOf(Props.Create(() => new Door()).WithStashCapacity(1));
        foreach (var word in new[] { "1", "2", "3", "open" })
            door.Tell(word, probe.Ref);
        probe.ExpectAll("1", "2", "3");
    }

    /// <summary>Stashes until it is opened, and tells how full its stash is.</summary>
    private sealed class Shelf : ReceiveActor, IWithStash
    {
        public Shelf()
        {
            Receive<string>(m => m == "open", _ =>
            {
                Stash.UnstashAll();
                Become(() => Receive<string>(m => Sender.Tell(m)));
            });
            Receive<string>(_ => Put());
        }

        public IStash Stash { get; set; } = null!;

        private void Put()
        {
            try
            {
                Stash.Stash();
                Sender.Tell((Stash.Count, Stash.Capacity, Stash.IsFull));
            }
            catch (StashOverflowException e)
            {
                Sender.Tell(e);
            }
        }
    }

    /// <summary>Stashes what it gets until it is opened; then tells its senders.</summary>
    private sealed class Door : ReceiveActor, IWithUnboundedStash
    {
        private IActorRef _visitor = ActorRefs.Nobody;

        public Door()
        {
            Receive<ManualResetEventSlim>(gate => gate.Wait(Safety));
            Receive<Exception>(e => throw e);
            Receive<IActorRef>(victim =>
            {
                Context.Watch(victim);
                _visitor = Sender;
                Sender.Tell("watching");
            });
            Receive<Terminated>(_ =>
            {
                Stash.Stash();
                _visitor.Tell("stashed");
            });
            Receive<string>(m => m == "twice", _ => StashTwice());
            Receive<string>(m => m == "turn around", _ => Stash.Prepend([.. Stash.ClearStash().Reverse()]));
            Receive<string>(m => m == "open", _ => Open(Stash.UnstashAll));
            Receive<string>(m => m == "let one in", _ => Open(Stash.Unstash));
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        private void Open(Action unstash)
        {
            unstash();
            Become(() =>
            {
                Receive<Terminated>(t => _visitor.Tell(("gone", t.ActorRef)));
                Receive<string>(m => Sender.Tell(m));
            });
        }

        private void StashTwice()
        {
            Stash.Stash();
            try
            {
                Stash.Stash();
            }
            catch (IllegalActorStateException e)
            {
                Sender.Tell(e);
            }
        }
    }
}
