using Akka.Actor;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Hosting;
using Ferry.Actors.Mailboxes;
using Ferry.Actors.Protocol;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Tests.Mailboxes;

public sealed class TransferPriorityMailboxTests : TestKit
{
    public TransferPriorityMailboxTests()
        : base(FerryConfiguration.Shared())
    {
    }

    [Fact]
    public void LaneOf_StartsByPriority_EverythingElseIsControl()
    {
        TransferPriorityMessageQueue.LaneOf(Start("a", 1000)).Should().Be(1000);
        TransferPriorityMessageQueue.LaneOf(Start("a", 1)).Should().Be(1);
        TransferPriorityMessageQueue.LaneOf(Start("a", 5000)).Should().Be(1000);
        TransferPriorityMessageQueue.LaneOf(Start("a", -5)).Should().Be(1);
        TransferPriorityMessageQueue.LaneOf(new CancelTransfer(TransferId.Parse("a"))).Should().Be(0);
        TransferPriorityMessageQueue.LaneOf(new PauseTransfer(TransferId.Parse("a"))).Should().Be(0);
        TransferPriorityMessageQueue.LaneOf(new ResumeTransfer(TransferId.Parse("a"), Start("a", 1000).Request)).Should().Be(0);
        TransferPriorityMessageQueue.LaneOf("anything").Should().Be(0);
        TransferPriorityMessageQueue.LaneOf(new AfterStarts("late")).Should().Be(1);
    }

    [Fact]
    public void Hocon_ChoosesTheMailbox_AnActorThatWasBusySeesTheOrder()
    {
        using var busy = new ManualResetEventSlim();
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Recorder(probe.Ref, busy)).WithMailbox(FerryConfiguration.Mailbox));
        actor.Tell("hold");
        probe.ExpectMsg("holding");
        var random = new Random(42);
        var priorities = Enumerable.Range(1, 200).OrderBy(_ => random.Next()).ToArray();
        foreach (var priority in priorities)
            actor.Tell(Start($"p{priority}", priority));
        actor.Tell(new CancelAll());
        busy.Set();

        probe.ExpectMsg("CancelAll");
        foreach (var priority in priorities.OrderDescending())
            probe.ExpectMsg($"p{priority}");
    }

    [Fact]
    public void Stash_UnstashAll_KeepsTheOrderWithinALane()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Stasher(probe.Ref)).WithMailbox(FerryConfiguration.Mailbox));
        foreach (var name in new[] { "a", "b", "c" })
            actor.Tell(Start(name, 7));
        actor.Tell(Start("urgent", 9));
        // Everything sent before is stashed by the time this comes back.
        actor.Tell(Start("last", 1));
        probe.ExpectMsg("stashed last");
        actor.Tell("go");
        probe.ReceiveN(5).Should().Equal("urgent", "a", "b", "c", "last");
    }

    [Fact]
    public async Task Enqueue_FromManyThreads_LosesNothing()
    {
        var queue = new TransferPriorityMessageQueue();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                queue.Enqueue(TestActor, new Envelope(Start($"w{w}-{i}", 1 + (i % 1000)), TestActor));
        })).ToArray();
        var taken = new HashSet<string>();
        while (taken.Count < 20_000)
        {
            if (queue.TryDequeue(out var envelope))
                taken.Add(((StartTransfer)envelope.Message).Request.Id!).Should().BeTrue();
            else if (writers.All(w => w.IsCompleted) && !queue.HasMessages)
                break;
        }
        await Task.WhenAll(writers);
        taken.Should().HaveCount(20_000);
    }

    private static StartTransfer Start(string id, int priority) => new(new TransferRequest
    {
        Id = id,
        Url = "http://origin.test/",
        Destination = new MemoryDestination(),
        Options = new RequestOptions { Priority = priority },
    });

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(IActorRef probe, ManualResetEventSlim busy)
        {
            Receive<string>(_ =>
            {
                probe.Tell("holding");
                busy.Wait(TimeSpan.FromSeconds(30));
            });
            Receive<StartTransfer>(s => probe.Tell(s.Request.Id!));
            Receive<CancelAll>(_ => probe.Tell("CancelAll"));
        }
    }

    private sealed class Stasher : ReceiveActor, IWithUnboundedStash
    {
        public Stasher(IActorRef probe)
        {
            Receive<StartTransfer>(s =>
            {
                Stash.Stash();
                if (s.Request.Id == "last")
                    probe.Tell("stashed last");
            });
            Receive<string>(_ =>
            {
                Become(() => Receive<StartTransfer>(s => probe.Tell(s.Request.Id!)));
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }
}
