using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.TestActors;

namespace Ferry.Runtime.Tests.TestKit;

public sealed class TestProbeTests() : Akka.TestKit.Xunit2.TestKit("akka.loglevel = OFF")
{
    [Fact]
    public void Probe_SendsRepliesAndForwards()
    {
        var (asker, answerer, third) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        asker.Send(answerer.Ref, "question");
        answerer.ExpectMsg("question");
        answerer.LastSender.Should().Be(asker.Ref);
        answerer.LastMessage.Should().Be("question");

        answerer.Reply("answer");
        answerer.Forward(third.Ref);
        answerer.Forward(third.Ref, "other");

        asker.ExpectMsg("answer");
        asker.Sender.Should().Be(answerer.Ref);
        third.ExpectMsg("question");
        third.ExpectMsg("other");
        third.Sender.Should().Be(asker.Ref);
    }

    [Fact]
    public void Probe_IsAnActorRef()
    {
        var probe = CreateTestProbe("named");
        IActorRef reference = probe;
        reference.Tell("told", TestActor);

        probe.ExpectMsg("told");
        reference.Path.Name.Should().StartWith("named");
        reference.Equals(probe.Ref).Should().BeTrue();
        probe.GetHashCode().Should().Be(probe.Ref.GetHashCode());
        reference.CompareTo(probe.Ref).Should().Be(0);
    }

    [Fact]
    public void Probe_CanBeWatchedByAnActor()
    {
        var probe = CreateTestProbe();
        ActorOf(() => new Watcher(probe, TestActor));
        ExpectMsg("watching");

        Sys.Stop(probe.Ref);

        ExpectMsg("ended");
    }

    [Fact]
    public void Probe_WatchesAndUnwatches()
    {
        var (watching, not) = (CreateTestProbe(), CreateTestProbe());
        var actor = ActorOf<BlackHoleActor>();
        watching.Watch(actor);
        not.Watch(actor);
        not.Unwatch(actor);

        Sys.Stop(actor);

        watching.ExpectTerminated(actor).ExistenceConfirmed.Should().BeTrue();
        not.HasMessages.Should().BeFalse();
    }

    [Fact]
    public void ChildActorOf_IsAChildOfTheTestActor()
    {
        var child = ChildActorOf(SimpleEchoActor.Props(), "child");

        child.Path.Parent.Should().Be(TestActor.Path);
        child.Tell("hello");
        ExpectMsg("hello");
    }

    [Fact]
    public void NothingReceived_HasNoSender()
    {
        var probe = CreateTestProbe();
        var reply = () => probe.Reply("to nobody");

        reply.Should().Throw<IllegalActorStateException>();
    }

    [Fact]
    public void Echo_ShowsTheTestToo()
    {
        var (asker, echo) = (CreateTestProbe(), ActorOf(EchoActor.Props(this)));
        asker.Send(echo, "hi");

        asker.ExpectMsg("hi");
        ExpectMsg("hi");
        asker.Send(ActorOf(ForwardActor.Props(TestActor)), "on");
        ExpectMsgFrom(asker.Ref, "on");
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef subject, IActorRef listener)
        {
            Context.Watch(subject);
            Receive<Terminated>(_ => listener.Tell("ended"));
            listener.Tell("watching");
        }
    }
}
