using Akka.Actor;

namespace Ferry.Runtime.Tests.Core;

public sealed class AskTests : WithSystem
{
    [Fact]
    public async Task Ask_Reply_Arrives()
    {
        var actor = System.ActorOf(Puppet.Named("a"));
        (await actor.Ask<string>("hello", Safety)).Should().Be("hello");
        (await actor.Ask("hello", Safety)).Should().Be("hello");
        (await actor.Ask<int>(_ => 3, Safety, CancellationToken.None)).Should().Be(3);
    }

    [Fact]
    public async Task Ask_NoReply_TimesOut_AndTheLateReplyIsADeadLetter()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(Akka.Event.DeadLetter));
        var actor = System.ActorOf(Puppet.Named("a"));
        IActorRef asker = ActorRefs.Nobody;
        await actor.Awaiting(a => a.Ask<string>(self =>
        {
            asker = self;
            return new Do(_ => { });
        }, TimeSpan.FromMilliseconds(1), CancellationToken.None)).Should().ThrowAsync<AskTimeoutException>();
        asker.Tell("late");
        probe.Expect<Akka.Event.DeadLetter>().Message.Should().Be("late");
    }

    [Fact]
    public async Task Ask_Nobody_TimesOut()
    {
        foreach (var absent in new[] { System.DeadLetters, ((ExtendedActorSystem)System).Provider.ResolveActorRef("akka://test/user/absent") })
            await absent.Awaiting(a => a.Ask<string>("x", TimeSpan.FromMilliseconds(1))).Should().ThrowAsync<AskTimeoutException>();
    }

    [Fact]
    public async Task Ask_Cancelled_Throws()
    {
        var actor = System.ActorOf(Puppet.Named("a"));
        using var cancel = new CancellationTokenSource();
        var answer = actor.Ask<string>(new Do(_ => { }), cancel.Token);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => answer).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Ask_StatusFailure_ThrowsItsCause()
    {
        var actor = System.ActorOf(Puppet.Named("a"));
        var failing = new Do(c => c.Sender.Tell(new Status.Failure(new TestException("no"))));
        await actor.Awaiting(a => a.Ask<string>(failing, Safety)).Should().ThrowAsync<TestException>();
        (await actor.Ask<Status.Failure>(failing, Safety)).Cause.Message.Should().Be("no");
    }

    [Fact]
    public async Task Ask_OtherType_Throws()
    {
        var actor = System.ActorOf(Puppet.Named("a"));
        await actor.Awaiting(a => a.Ask<int>("text", Safety)).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Ask_FromInsideAnActor_DoesNotBlockIt()
    {
        var probe = NewProbe();
        var asked = System.ActorOf(Puppet.Named("asked"));
        var asker = System.ActorOf(Puppet.Named("asker"));
        asker.Tell(new Do(c => asked.Ask<string>("ping", Safety).PipeTo(probe.Ref)));
        probe.Expect("ping");
        (await asker.Ask<int>(1, Safety)).Should().Be(1);
    }

    [Fact]
    public async Task Identify_LivingAndMissing()
    {
        var actor = System.ActorOf(Puppet.Named("a"), "a");
        (await actor.Ask<ActorIdentity>(new Identify(7), Safety)).Subject.Should().Be(actor);
        (await System.ActorSelection("/user/a").Ask<ActorIdentity>(new Identify(8), Safety)).Subject.Should().Be(actor);
        var missing = await System.ActorSelection("/user/b").Ask<ActorIdentity>(new Identify(9), Safety);
        missing.Subject.Should().BeNull();
        missing.MessageId.Should().Be(9);
        (await System.ActorSelection("/user/a").ResolveOne(Safety)).Should().Be(actor);
        await System.Awaiting(s => s.ActorSelection("/user/b").ResolveOne(Safety)).Should().ThrowAsync<ActorNotFoundException>();
    }

    [Fact]
    public void Selection_WildcardsRelativeAndAbsolute_ReachTheirActors()
    {
        var probe = NewProbe();
        var parent = System.ActorOf(Puppet.Named("parent"), "parent");
        foreach (var name in new[] { "worker-1", "worker-2", "boss" })
            parent.Child(name);
        System.ActorSelection("/user/parent/worker-*").Tell("who", probe.Ref);
        Senders(probe, 2).Should().BeEquivalentTo(["worker-1", "worker-2"]);
        parent.Tell(new Do(c => c.ActorSelection("*").Tell("who", probe.Ref)));
        Senders(probe, 3).Should().BeEquivalentTo(["worker-1", "worker-2", "boss"]);
        ((IActorRef)parent.In(c => c.Child("boss"))).Tell(new Do(c => c.ActorSelection("../worker-1").Tell("who", probe.Ref)));
        Senders(probe, 1).Should().BeEquivalentTo(["worker-1"]);
        System.ActorSelection("akka://test/user/parent").Tell("who", probe.Ref);
        Senders(probe, 1).Should().BeEquivalentTo(["parent"]);
        System.ActorSelection("/user/parent/*/../boss").Tell("who", probe.Ref);
        Senders(probe, 3).Should().AllBe("boss");
        System.ActorSelection("/user/parent/work?r-[1]").Tell("who", probe.Ref);
        probe.ExpectNothingMore();
    }

    [Fact]
    public async Task Selection_OfAnotherSystem_FindsNobody()
    {
        System.ActorOf(Puppet.Named("a"), "a");
        var elsewhere = System.ActorSelection("akka://other/user/a");
        await elsewhere.Awaiting(s => s.ResolveOne(Safety)).Should().ThrowAsync<ActorNotFoundException>();
        (await System.ActorSelection("akka://test/user/a").ResolveOne(Safety)).Path.Name.Should().Be("a");
    }

    [Fact]
    public async Task Ask_CancelledBeforehand_AsksNobody()
    {
        var probe = NewProbe();
        await probe.Ref.Awaiting(r => r.Ask<string>("x", new CancellationToken(true))).Should().ThrowAsync<OperationCanceledException>();
        probe.ExpectNothingMore();
    }

    [Theory]
    [InlineData("akka://test/user/a/b", "akka://test/user/a/b", 0)]
    [InlineData("akka://test/user/a#17", "akka://test/user/a", 17)]
    [InlineData("akka://test@host:80/user", "akka://test@host:80/user", 0)]
    public void ActorPath_Parse_RoundTrips(string text, string path, long uid)
    {
        var parsed = ActorPath.Parse(text);
        parsed.ToString().Should().Be(path);
        parsed.Uid.Should().Be(uid);
        parsed.ToSerializationFormat().Should().Be(text);
        parsed.Should().Be(ActorPath.Parse(path), "the uid is no part of equality");
        ActorPath.TryParse("no path", out _).Should().BeFalse();
    }

    [Fact]
    public void Provider_Resolve_FindsThisIncarnationOnly()
    {
        var provider = ((ExtendedActorSystem)System).Provider;
        var actor = System.ActorOf(Puppet.Named("a"), "a");
        provider.ResolveActorRef("akka://test/user/a").Should().Be(actor);
        provider.ResolveActorRef(actor.Path.ToSerializationFormat()).Should().Be(actor);
        provider.ResolveActorRef("akka://test/user/a#999999").Should().NotBe(actor);
        provider.ResolveActorRef("akka://other/user/a").Should().NotBe(actor);
    }

    private static string[] Senders(Probe probe, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        probe.Expect("who");
        return probe.LastSender.Path.Name;
    })];
}
