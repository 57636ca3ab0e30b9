using Akka.Actor;

namespace Ferry.Runtime.Tests.Core;

public sealed class AsyncTests : WithSystem
{
    [Fact]
    public void ReceiveAsync_NextMessage_WaitsForTheEndOfTheOneBefore()
    {
        var probe = NewProbe();
        var actor = NewActor(probe);
        var first = new TaskCompletionSource();
        actor.Tell(Await("first", first.Task), probe.Ref);
        actor.Tell(Await("second", Task.CompletedTask), probe.Ref);
        actor.Tell("third", probe.Ref);
        probe.Expect("first begins");
        probe.ExpectNothingMore();
        first.SetResult();
        probe.ExpectAll("first ends", "second begins", "second ends", "third");
    }

    [Fact]
    public void AfterAwait_ContextSelfAndSender_AreRight()
    {
        var probe = NewProbe();
        var actor = NewActor(probe);
        var pause = new TaskCompletionSource();
        actor.Tell((Func<IActorContext, Task>)(async before =>
        {
            await pause.Task;
            await Task.Yield();
            var child = AsyncActor.Here.ActorOf(Puppet.Named("child"), "child");
            before.Sender.Tell((AsyncActor.Here.Self, child.Path.Parent.Name));
        }), probe.Ref);
        pause.SetResult();
        probe.Expect((actor, actor.Path.Name));
    }

    [Fact]
    public void ReceiveAnyAsync_HandlesWhatNobodyElseDoes_OneByOne()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Anything()));
        foreach (var message in new object[] { "a", 2, 3.5 })
            actor.Tell(message, probe.Ref);
        probe.ExpectAll("a begins", "a ends", "2 begins", "2 ends", "3.5 begins", "3.5 ends");
    }

    [Fact]
    public void Exception_AfterAwait_RestartsWithTheMessage()
    {
        var probe = NewProbe();
        var actor = NewActor(probe);
        var pause = new TaskCompletionSource();
        actor.Tell((Func<IActorContext, Task>)(async _ =>
        {
            await pause.Task;
            throw new TestException("async");
        }));
        actor.Tell("after", probe.Ref);
        pause.SetResult();
        probe.ExpectAll("restarting for async, Func`2", "after");
    }

    [Fact]
    public void Exception_BeforeAwait_Restarts()
    {
        var probe = NewProbe();
        var actor = NewActor(probe);
        actor.Tell((Func<IActorContext, Task>)(_ => throw new TestException("sync")));
        actor.Tell("after", probe.Ref);
        probe.ExpectAll("restarting for sync, Func`2", "after");
    }

    [Fact]
    public async Task Stop_WhileAwaiting_DoesNotWait_AndTheHandlerReachesItsFinally()
    {
        var probe = NewProbe();
        var actor = NewActor(probe);
        var never = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        actor.Tell((Func<IActorContext, Task>)(async _ =>
        {
            try
            {
                probe.Ref.Tell("begins");
                await never.Task;
            }
            finally
            {
                ended.SetResult();
            }
        }));
        probe.Expect("begins");
        probe.Watch(actor);
        System.Stop(actor);
        probe.ExpectTerminated(actor);
        never.SetResult();
        await ended.Task.WaitAsync(Safety);
    }

    [Fact]
    public void Restart_BySupervisorWhileAwaiting_WaitsForTheHandler()
    {
        var probe = NewProbe();
        var parent = System.ActorOf(Puppet.Named("parent").WithSupervisorStrategy(new AllForOneStrategy(_ => Directive.Restart)));
        var busy = parent.In(c => c.ActorOf(Props.Create(() => new AsyncActor(probe))));
        var sibling = parent.Child("sibling");
        var pause = new TaskCompletionSource();
        busy.Tell((Func<IActorContext, Task>)(async context =>
        {
            probe.Ref.Tell("begins");
            await pause.Task;
            probe.Ref.Tell("ends");
        }));
        probe.Expect("begins");
        sibling.Tell(new TestException("sibling"));
        sibling.Count().Should().Be(1, "the sibling was restarted");
        probe.ExpectNothingMore();
        pause.SetResult();
        probe.ExpectAll("ends", "restarting for sibling, nothing");
    }

    [Fact]
    public void Stash_OfTheAwaitingMessage_Works()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Waiting()));
        var pause = new TaskCompletionSource();
        actor.Tell("early", probe.Ref);
        actor.Tell(pause.Task, probe.Ref);
        actor.Tell("late", probe.Ref);
        pause.SetResult();
        probe.ExpectAll("early", "late");
    }

    [Fact]
    public void PipeTo_Success_SendsResultOrMapped()
    {
        var probe = NewProbe();
        Task.FromResult(1).PipeTo(probe.Ref);
        probe.Expect(1);
        Task.FromResult(2).PipeTo(probe.Ref, success: i => $"mapped {i}");
        probe.Expect("mapped 2");
        Task.CompletedTask.PipeTo(probe.Ref, success: () => "done");
        probe.Expect("done");
        Task.CompletedTask.PipeTo(probe.Ref);
        probe.ExpectNothingMore();
    }

    [Fact]
    public void PipeTo_Failure_SendsStatusFailureOrMapped()
    {
        var probe = NewProbe();
        Task.FromException<int>(new TestException("x")).PipeTo(probe.Ref);
        probe.Expect<Status.Failure>().Cause.Should().BeOfType<TestException>();
        Task.FromException(new TestException("x")).PipeTo(probe.Ref);
        probe.Expect<Status.Failure>().Cause.Should().BeOfType<TestException>();
        Task.FromCanceled<int>(new CancellationToken(true)).PipeTo(probe.Ref, failure: e => e.GetType().Name);
        probe.Expect("TaskCanceledException");
        new ValueTask<int>(Task.FromException<int>(new TestException("x"))).PipeTo(probe.Ref, failure: e => e.Message);
        probe.Expect("x");
    }

    [Fact]
    public void PipeTo_InsideAnActor_HasTheSenderGivenOrNone()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Puppet.Named("a"));
        actor.Tell(new Do(_ => Task.FromResult("hi").PipeTo(probe.Ref)));
        probe.Expect("hi");
        probe.LastSender.Should().Be(System.DeadLetters);
        actor.Tell(new Do(context => Task.FromResult("ho").PipeTo(probe.Ref, context.Self)));
        probe.Expect("ho");
        probe.LastSender.Should().Be(actor);
    }

    private IActorRef NewActor(Probe probe) => System.ActorOf(Props.Create(() => new AsyncActor(probe)));

    private static Func<IActorContext, Task> Await(string name, Task task) => async context =>
    {
        var sender = context.Sender;
        sender.Tell(name + " begins");
        await task;
        context.Sender.Should().Be(sender);
        sender.Tell(name + " ends");
    };

    private sealed class Anything : ReceiveActor
    {
        public Anything() => ReceiveAnyAsync(async message =>
        {
            Sender.Tell(FormattableString.Invariant($"{message} begins"));
            await Task.Yield();
            Sender.Tell(FormattableString.Invariant($"{message} ends"));
        });
    }

    private sealed class AsyncActor : ReceiveActor
    {
        private readonly Probe _probe;

        public AsyncActor(Probe probe)
        {
            _probe = probe;
            ReceiveAsync<Func<IActorContext, Task>>(handler => handler(Context));
            Receive<string>(m => Sender.Tell(m));
        }

        public static IActorContext Here => Context;

        protected override void PreRestart(Exception reason, object message) =>
            _probe.Ref.Tell($"restarting for {reason.Message}, {message?.GetType().Name ?? "nothing"}");
    }

    private sealed class Waiting : ReceiveActor, IWithUnboundedStash
    {
        public Waiting()
        {
            ReceiveAsync<Task>(async task =>
            {
                await task;
                Stash.UnstashAll();
                Become(() => Receive<string>(m => Sender.Tell(m)));
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }
}
