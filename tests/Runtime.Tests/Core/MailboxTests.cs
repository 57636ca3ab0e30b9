using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Akka.Event;

namespace Ferry.Runtime.Tests.Core;

public sealed class MailboxTests() : WithSystem("""
    lengths.mailbox-type = "Ferry.Runtime.Tests.Core.ShortestFirst, Runtime.Tests"
    bounded { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 2, mailbox-push-timeout-time = 1ms }
    recording { mailbox-type = "Ferry.Runtime.Tests.Core.RecordingMailbox, Runtime.Tests", note = "from the configuration" }
    slow-dispatcher { throughput = 1 }
    mailbox-dispatcher { throughput = 1, mailbox-type = "Ferry.Runtime.Tests.Core.RecordingMailbox, Runtime.Tests", note = "of the dispatcher" }
    nonsense.mailbox-type = "No.Such.Type"
    brittle.mailbox-type = "Ferry.Runtime.Tests.Core.BrittleMailbox, Runtime.Tests"
    urgent.mailbox-type = "Ferry.Runtime.Tests.Core.ShortestFirstUnstable, Runtime.Tests"
    plain.mailbox-type = "Akka.Dispatch.UnboundedMailbox"
    deque.mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox"
    bounded-deque { mailbox-type = "Akka.Dispatch.BoundedDequeBasedMailbox", mailbox-capacity = 2, mailbox-push-timeout-time = 1ms }
    akka.actor.deployment {
      "/all/plain" { mailbox = plain }
      "/all/deque" { mailbox = deque }
      "/all/bounded" { mailbox = bounded }
      "/all/bounded-deque" { mailbox = bounded-deque }
      "/all/urgent" { mailbox = urgent }
      "/all/lengths" { mailbox = lengths }
      "/all/recording" { mailbox = recording }
      /by-deployment { mailbox = lengths }
      "/family/*" { mailbox = lengths }
      "/clan/**" { dispatcher = slow-dispatcher }
    }
    """)
{
    private static readonly string[] Words = ["three", "one", "two", "eleven", "six"];
    private static readonly string[] ByLength = ["one", "two", "six", "three", "eleven"];

    [Fact]
    public async Task Props_Mailbox_OrdersByPriorityStably()
    {
        var actor = System.ActorOf(Puppet.Named("a").WithMailbox("lengths"));
        (await ArrivalOf(Words, actor)).Should().Equal(ByLength);
    }

    [Fact]
    public async Task Deployment_ExactAndWildcard_ChooseMailboxAndDispatcher()
    {
        (await ArrivalOf(Words, System.ActorOf(Puppet.Named("a"), "by-deployment"))).Should().Equal(ByLength);
        var family = System.ActorOf(Puppet.Named("a"), "family");
        (await ArrivalOf(Words, family)).Should().Equal(Words);
        (await ArrivalOf(Words, family.Child("anyone"))).Should().Equal(ByLength);
        (await ArrivalOf(Words, family.Child("other").Child("too-deep"))).Should().Equal(Words);
        var clan = System.ActorOf(Puppet.Named("a"), "clan");
        clan.In(c => c.Dispatcher.Id).Should().Be("akka.actor.default-dispatcher");
        clan.Child("near").Child("far").In(c => (c.Dispatcher.Id, c.Dispatcher.Throughput)).Should().Be(("slow-dispatcher", 1));
    }

    [Theory]
    [InlineData("plain", typeof(UnboundedMessageQueue))]
    [InlineData("deque", typeof(UnboundedDequeMessageQueue))]
    [InlineData("bounded", typeof(BoundedMessageQueue))]
    [InlineData("bounded-deque", typeof(BoundedDequeMessageQueue))]
    [InlineData("urgent", typeof(UnboundedPriorityMessageQueue))]
    [InlineData("lengths", typeof(UnboundedStablePriorityMessageQueue))]
    [InlineData("recording", typeof(UnboundedMessageQueue))]
    public void Every_Type_IsChosenByPropsAndByDeployment(string mailbox, Type queue)
    {
        var byProps = System.ActorOf(Puppet.Named("a").WithMailbox(mailbox));
        var byDeployment = System.ActorOf(Puppet.Named("a"), "all").Child(mailbox);
        QueueOf(byProps).Should().BeOfType(queue);
        QueueOf(byDeployment).Should().BeOfType(queue);
        byProps.Count().Should().Be(1);
        byDeployment.Count().Should().Be(1);
    }

    [Fact]
    public void Deployment_GoesBeforeProps() =>
        QueueOf(System.ActorOf(Puppet.Named("a").WithMailbox("plain"), "by-deployment")).Should().BeOfType<UnboundedStablePriorityMessageQueue>();

    [Fact]
    public void Required_Queue_DecidesWhereNothingElseDoes()
    {
        QueueOf(System.ActorOf(Props.Create(() => new Requiring<IBoundedMessageQueueSemantics>()))).Should().BeOfType<BoundedMessageQueue>();
        QueueOf(System.ActorOf(Props.Create(() => new Requiring<IDequeBasedMessageQueueSemantics>()))).Should().BeOfType<UnboundedDequeMessageQueue>();
        QueueOf(System.ActorOf(Props.Create(() => new Requiring<IBoundedDequeBasedMessageQueueSemantics>()))).Should().BeOfType<BoundedDequeMessageQueue>();
    }

    [Fact]
    public async Task Priority_Unstable_OrdersByNumber()
    {
        var arrived = await ArrivalOf(Words, System.ActorOf(Puppet.Named("a").WithMailbox("urgent")));
        arrived.Select(w => w.Length).Should().BeInAscendingOrder();
        arrived.Should().BeEquivalentTo(Words);
    }

    [Fact]
    public async Task BoundedDeque_WhatComesBackFromTheStash_HasRoom()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        var actor = System.ActorOf(Props.Create(() => new Keeper()).WithMailbox("bounded-deque"));
        foreach (var word in Words)
            (await actor.Ask<string>(word, Safety)).Should().Be("kept");
        actor.Tell("open", probe.Ref);
        probe.ExpectAll([.. Words]);
    }

    [Fact]
    public void Stash_OnPriorityMailbox_ComesBackBeforeTheRest()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Stashing()).WithMailbox("lengths"));
        actor.Tell("eleven", probe.Ref);
        actor.Tell("a sync, the longest", probe.Ref);
        probe.Expect("synced");
        using var gate = new ManualResetEventSlim();
        actor.Tell(gate);
        actor.Tell("go", probe.Ref);
        actor.Tell("one", probe.Ref);
        gate.Set();
        probe.ExpectAll("eleven", "one");
    }

    [Fact]
    public void Custom_Mailbox_GetsSettingsAndOwnConfig()
    {
        var actor = System.ActorOf(Puppet.Named("a").WithMailbox("recording"), "owner");
        actor.Count().Should().Be(1);
        RecordingMailbox.Created.Should().Contain(("from the configuration", "owner", 1000));
    }

    [Fact]
    public void Dispatcher_MailboxType_IsUsed()
    {
        var actor = System.ActorOf(Puppet.Named("a").WithDispatcher("mailbox-dispatcher"), "dispatched");
        actor.Count().Should().Be(1);
        RecordingMailbox.Created.Should().Contain(("of the dispatcher", "dispatched", 1000));
    }

    [Fact]
    public async Task Bounded_Full_DeadLetter()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        var actor = System.ActorOf(Puppet.Named("a").WithMailbox("bounded"));
        using var gate = new ManualResetEventSlim();
        await actor.Hold(gate);
        actor.Tell("1", probe.Ref);
        actor.Tell("2", probe.Ref);
        actor.Tell("3", probe.Ref);
        probe.Expect<DeadLetter>().Message.Should().Be("3");
        gate.Set();
        probe.ExpectAll("1", "2");
    }

    [Fact]
    public void Unknown_MailboxDispatcherOrType_SaysWhich()
    {
        System.Invoking(s => s.ActorOf(Puppet.Named("a").WithMailbox("missing"))).Should().Throw<ConfigurationException>().WithMessage("*missing*");
        System.Invoking(s => s.ActorOf(Puppet.Named("a").WithMailbox("nonsense"))).Should().Throw<ConfigurationException>().WithMessage("*No.Such.Type*");
        System.Invoking(s => s.ActorOf(Puppet.Named("a").WithDispatcher("nowhere"))).Should().Throw<ConfigurationException>().WithMessage("*nowhere*");
        System.ActorOf(Puppet.Named("a"), "after-all").Count().Should().Be(1);
    }

    [Fact]
    public void Queue_ThatThrows_IsAFailureOfItsActor()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a", probe).WithMailbox("brittle"));
        probe.Expect("a PreStart");
        actor.Tell("hello", probe.Ref);
        probe.ExpectAll("a PreRestart(brittle, nothing)", "a PostStop", "a PostRestart(brittle)", "a PreStart", "hello");
        probe.Watch(actor);
        System.Stop(actor);
        probe.Expect("a PostStop");
        probe.ExpectTerminated(actor);
    }

    [Fact]
    public async Task SystemMessages_GoBeforeUserMessages()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a"));
        probe.Watch(actor);
        using var gate = new ManualResetEventSlim();
        await actor.Hold(gate);
        for (var i = 0; i < 1000; i++)
            actor.Tell("hello", probe.Ref);
        System.Stop(actor);
        gate.Set();
        probe.ExpectTerminated(actor);
        probe.ExpectNothingMore();
    }

    [Fact]
    public async Task ManySenders_OrderPerPair_IsKept()
    {
        const int Senders = 8, Each = 5000;
        var order = new List<int>[Senders];
        var done = new TaskCompletionSource();
        var actor = System.ActorOf(Props.Create(() => new Orderly(order, Senders * Each, done)));
        Parallel.For(0, Senders, sender =>
        {
            for (var i = 0; i < Each; i++)
                actor.Tell((sender, i));
        });
        await done.Task.WaitAsync(Safety);
        order.Should().AllSatisfy(numbers => numbers.Should().Equal(Enumerable.Range(0, Each)));
    }

    [Fact]
    public async Task PingPong_NoWakeUpIsLost()
    {
        // Each message finds the other actor just going idle: the moment in which a wake-up can be lost.
        const int Pairs = 4, Rounds = 50_000;
        var done = Enumerable.Range(0, Pairs).Select(_ => new TaskCompletionSource()).ToArray();
        foreach (var end in done)
        {
            var pong = System.ActorOf(Props.Create(() => new Returner(null)));
            var ping = System.ActorOf(Props.Create(() => new Returner(end)));
            ping.Tell(Rounds, pong);
        }

        await Task.WhenAll(done.Select(d => d.Task)).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static IMessageQueue QueueOf(IActorRef actor) => ((LocalActorRef)actor).Cell.Mailbox.MessageQueue;

    private async Task<string[]> ArrivalOf(string[] words, IActorRef actor)
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim();
        await actor.Hold(gate);
        foreach (var word in words)
            actor.Tell(word, probe.Ref);
        gate.Set();
        return [.. words.Select(_ => probe.Expect<string>())];
    }

    private sealed class Stashing : ReceiveActor, IWithUnboundedStash
    {
        public Stashing()
        {
            Receive<ManualResetEventSlim>(gate => gate.Wait(Safety));
            Receive<string>(m => m.StartsWith("a sync", StringComparison.Ordinal), _ => Sender.Tell("synced"));
            Receive<string>(m => m == "go", _ =>
            {
                Stash.UnstashAll();
                Become(() => Receive<string>(m => Sender.Tell(m)));
            });
            Receive<string>(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Requiring<TQueue> : UntypedActor, IRequiresMessageQueue<TQueue>
        where TQueue : ISemantics
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class Keeper : ReceiveActor, IWithStash
    {
        public Keeper()
        {
            Receive<string>(m => m == "open", _ =>
            {
                var opener = Sender;
                Stash.UnstashAll();
                Become(() => Receive<string>(m => opener.Tell(m)));
            });
            Receive<string>(_ =>
            {
                Stash.Stash();
                Sender.Tell("kept");
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Orderly(List<int>[] order, int total, TaskCompletionSource done) : UntypedActor
    {
        private int _left = total;

        protected override void OnReceive(object message)
        {
            var (sender, number) = ((int, int))message;
            (order[sender] ??= []).Add(number);
            if (--_left == 0)
                done.SetResult();
        }
    }

    private sealed class Returner(TaskCompletionSource? done) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (done is null)
                Sender.Tell(message);
            else if (message is 0)
                done.SetResult();
            else
                Sender.Tell((int)message - 1);
        }
    }
}

public static class HoldExtensions
{
    /// <summary>Makes the actor wait for the gate; the task completes when it does.</summary>
    public static Task Hold(this IActorRef puppet, ManualResetEventSlim gate)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        puppet.Tell(new Do(_ =>
        {
            held.SetResult();
            gate.Wait(TimeSpan.FromSeconds(20));
        }));
        return held.Task;
    }
}

public sealed class ShortestFirst(Settings settings, Config config) : UnboundedStablePriorityMailbox(settings, config)
{
    protected override int PriorityGenerator(object message) => message is string text ? text.Length : -1;
}

public sealed class ShortestFirstUnstable(Settings settings, Config config) : UnboundedPriorityMailbox(settings, config)
{
    protected override int PriorityGenerator(object message) => message is string text ? text.Length : -1;
}

public sealed class RecordingMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<UnboundedMessageQueue>
{
    public static readonly System.Collections.Concurrent.ConcurrentBag<(string? Note, string Owner, int Capacity)> Created = [];

    public override IMessageQueue Create(IActorRef owner, ActorSystem system)
    {
        system.Settings.Should().BeSameAs(Settings);
        Created.Add((Config.GetString("note"), owner.Path.Name, Config.GetInt("mailbox-capacity")));
        return new UnboundedMessageQueue();
    }
}

/// <summary>Fails once at its first message, and always when it is emptied.</summary>
public sealed class BrittleMailbox(Settings settings, Config config) : MailboxType(settings, config)
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Queue();

    private sealed class Queue : IMessageQueue
    {
        private readonly UnboundedMessageQueue _queue = new();
        private bool _failed;

        public bool HasMessages => _queue.HasMessages;

        public int Count => _queue.Count;

        public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(receiver, envelope);

        public bool TryDequeue(out Envelope envelope)
        {
            if (_failed)
                return _queue.TryDequeue(out envelope);
            _failed = true;
            throw new TestException("brittle");
        }

        public void CleanUp(IActorRef owner, IMessageQueue deadletters) => throw new TestException("brittle");
    }
}
