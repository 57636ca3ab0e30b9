using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Supervisor;

/// <summary>Pause, resume, priority, removal, queries, subscriptions.</summary>
public sealed class CommandTests : EngineKit
{
    private static readonly TransferId F = TransferId.Parse("f");

    [Fact]
    public async Task Pause_ThenResume_GoesOnFromTheLastCheckpoint()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.State);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();
        attempt.Progress(60);
        probe.FishForMessage<TransferStateChanged>(e => e.Phase == TransferPhase.Transferring, Patience);
        Ask<CommandDone>(supervisor, new PauseTransfer(F)).Phase.Should().Be(TransferPhase.Paused);
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Should().BeEquivalentTo(new { Phase = TransferPhase.Paused, Received = 60L, Total = 100L });
        Ask<CommandDone>(supervisor, new PauseTransfer(F));
        Ask<CommandDone>(supervisor, new ResumeTransfer(F)).Phase.Should().Be(TransferPhase.Queued);
        var second = await Origin.NextAttemptAsync();
        second.Plan.From.Should().Be(60);
        second.FinishWhole();
        probe.FishForMessage<TransferCompleted>(_ => true, Patience).Received.Should().Be(100);
    }

    [Fact]
    public async Task Pause_WhileQueued_TouchesOnlyTheIndex()
    {
        Options = Options with { MaxConcurrent = 1 };
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("blocker", 1000));
        var blocker = await Origin.NextAttemptAsync();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        Ask<CommandDone>(supervisor, new PauseTransfer(F)).Phase.Should().Be(TransferPhase.Paused);
        blocker.FinishWhole();
        Ask<Explanation>(supervisor, new Explain(F)).Reason.Should().Be("It is paused.");
        Ask<CommandDone>(supervisor, new ResumeTransfer(F));
        (await Origin.NextAttemptAsync()).FinishWhole();
        probe.ExpectMsg<TransferCompleted>(Patience);
    }

    [Fact]
    public async Task Pause_Memory_ResumesWithWhatItHas()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, MemoryRequest("f"), EventKinds.State);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();
        attempt.Progress(30);
        probe.FishForMessage<TransferStateChanged>(e => e.Phase == TransferPhase.Transferring, Patience);
        Ask<CommandDone>(supervisor, new PauseTransfer(F));
        Ask<CommandDone>(supervisor, new ResumeTransfer(F));
        var second = await Origin.NextAttemptAsync();
        second.Plan.From.Should().Be(30);
        second.FinishWhole();
        probe.FishForMessage<TransferCompleted>(_ => true, Patience);
    }

    [Fact]
    public async Task Resume_AFailedOne_IsTriedAgain()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        (await Origin.NextAttemptAsync()).Fail();
        probe.ExpectMsg<TransferFailed>(Patience);
        Ask<CommandDone>(supervisor, new ResumeTransfer(F));
        Ask<Subscribed>(supervisor, new Subscribe(F, new Subscription(EventKinds.None) { Subscriber = probe.Ref }));
        (await Origin.NextAttemptAsync()).FinishWhole();
        probe.ExpectMsg<TransferCompleted>(Patience);
        Ask<CommandRejected>(supervisor, new ResumeTransfer(F)).Error.Message.Should().Contain("completed");
    }

    [Fact]
    public void ChangePriority_OfAWaitingOne_MovesIt()
    {
        Options = Options with { MaxConcurrent = 1 };
        var hold = new TaskCompletionSource();
        Origin.OnAttempt = a =>
        {
            if (a.Request.Id.Value == "blocker")
                _ = hold.Task.ContinueWith(_ => a.FinishWhole(), TaskScheduler.Default);
            else
                a.FinishWhole();
            return true;
        };
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("blocker", 1000));
        var a = StartWithProbe(supervisor, FileRequest("a", 5), EventKinds.None);
        var b = StartWithProbe(supervisor, FileRequest("b", 9), EventKinds.None);
        Ask<CommandDone>(supervisor, new ChangePriority(TransferId.Parse("a"), 10));
        Ask<CommandRejected>(supervisor, new ChangePriority(TransferId.Parse("a"), 1001)).Error.Message.Should().Contain("1001");
        hold.SetResult();
        a.ExpectMsg<TransferCompleted>(Patience);
        b.ExpectMsg<TransferCompleted>(Patience);
        Origin.Started.Select(s => s.Value).Should().Equal("blocker", "a", "b");
        Ask<TransferStatus>(supervisor, new GetTransfer(TransferId.Parse("a"))).Priority.Value.Should().Be(10);
    }

    [Fact]
    public async Task Remove_EndedOnly_AndTheIdIsFreeAgain()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        var attempt = await Origin.NextAttemptAsync();
        Ask<CommandRejected>(supervisor, new RemoveTransfer(F)).Error.Message.Should().Contain("has not ended");
        attempt.FinishWhole();
        probe.ExpectMsg<TransferCompleted>(Patience);
        AwaitAssert(() => Ask<object>(supervisor, new RemoveTransfer(F)).Should().BeOfType<CommandDone>(), Patience);
        Ask<TransferUnknown>(supervisor, new GetTransfer(F));
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f"))).AlreadyKnown.Should().BeFalse();
        (await Origin.NextAttemptAsync()).Plan.From.Should().Be(0);
    }

    [Fact]
    public void History_IsKeptByCount_DurableAndTransientApart()
    {
        Options = Options with { HistoryCount = 3 };
        Origin.FinishAll();
        var supervisor = StartSupervisor();
        for (var i = 0; i < 8; i++)
            StartWithProbe(supervisor, i % 2 == 0 ? FileRequest($"t{i}") : MemoryRequest($"t{i}"), EventKinds.None).ExpectMsg<TransferCompleted>(Patience);
        AwaitAssert(() => Ask<TransferList>(supervisor, new ListTransfers()).Transfers.Select(t => t.Id.Value).Should().Equal("t2", "t3", "t4", "t5", "t6", "t7"), Patience);
    }

    [Fact]
    public void UnknownIds_AreAnswered()
    {
        var supervisor = StartSupervisor();
        Ask<CommandRejected>(supervisor, new PauseTransfer(F));
        Ask<CommandRejected>(supervisor, new ResumeTransfer(F));
        Ask<CommandRejected>(supervisor, new ChangePriority(F, 5));
        Ask<CommandRejected>(supervisor, new RemoveTransfer(F));
        Ask<CommandRejected>(supervisor, new Subscribe(F, new Subscription(EventKinds.All)));
        Ask<Unsubscribed>(supervisor, new Unsubscribe(F));
        Ask<TransferUnknown>(supervisor, new GetTransfer(F));
        Ask<TransferUnknown>(supervisor, new Explain(F));
    }

    [Fact]
    public void Commands_RightAfterTheirStart_FindIt()
    {
        Options = Options with { MaxConcurrent = 0 };
        var supervisor = StartSupervisor();
        var probe = CreateTestProbe();
        for (var i = 0; i < 50; i++)
        {
            var id = TransferId.Parse($"t{i}");
            supervisor.Tell(new StartTransfer(FileRequest($"t{i}")), probe.Ref);
            supervisor.Tell(new Subscribe(id, new Subscription(EventKinds.None)), probe.Ref);
            supervisor.Tell(new GetTransfer(id), probe.Ref);
        }
        for (var i = 0; i < 150; i++)
            probe.ExpectMsg<object>(Patience).Should().Match(m => m is TransferAccepted || m is Subscribed || m is TransferStatus);
    }

    [Fact]
    public void List_FiltersAndPages()
    {
        Options = Options with { MaxConcurrent = 0 };
        var supervisor = StartSupervisor();
        for (var i = 0; i < 5; i++)
            StartWithProbe(supervisor, MemoryRequest($"t{i}"));
        Ask<CommandDone>(supervisor, new PauseTransfer(TransferId.Parse("t2")));
        var page = Ask<TransferList>(supervisor, new ListTransfers(TransferPhase.Queued, Skip: 1, Take: 2));
        page.Total.Should().Be(4);
        page.Transfers.Select(t => t.Id.Value).Should().Equal("t1", "t3");
        page.Transfers[0].Url.Should().Be("http://origin.test/t1");
    }

    [Fact]
    public void Subscribe_ToAll_HearsLaterTransfersToo()
    {
        Origin.FinishAll();
        var supervisor = StartSupervisor();
        var all = CreateTestProbe();
        supervisor.Tell(new Subscribe(null, new Subscription(EventKinds.Headers)), all.Ref);
        all.ExpectMsg<Subscribed>(Patience);
        Ask<TransferAccepted>(supervisor, new StartTransfer(MemoryRequest("a")));
        all.ExpectMsg<HeadersReceived>(Patience).Id.Value.Should().Be("a");
        all.ExpectMsg<TransferCompleted>(Patience);
        supervisor.Tell(new Unsubscribe(null), all.Ref);
        all.ExpectMsg<Unsubscribed>(Patience);
        var other = StartWithProbe(supervisor, MemoryRequest("b"), EventKinds.None);
        other.ExpectMsg<TransferCompleted>(Patience);
        supervisor.Tell(new GetStatistics(), all.Ref);
        all.ExpectMsg<TransferStatistics>(Patience).Completed.Should().Be(2);
    }

    [Fact]
    public void Subscribe_ToAnEndedOne_IsToldTheEnd()
    {
        Origin.FinishAll();
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, MemoryRequest("f"), EventKinds.None).ExpectMsg<TransferCompleted>(Patience);
        var late = CreateTestProbe();
        supervisor.Tell(new Subscribe(F, new Subscription(EventKinds.All)), late.Ref);
        late.ExpectMsg<Subscribed>(Patience);
        late.ExpectMsg<TransferCompleted>(Patience).Outcome.Length.Should().Be(100);
    }

    [Fact]
    public async Task StopEngine_RunningOnesRest_TransientOnesEnd_NothingNewIsTaken()
    {
        var supervisor = StartSupervisor();
        var file = StartWithProbe(supervisor, FileRequest("f"), EventKinds.State);
        var memory = StartWithProbe(supervisor, MemoryRequest("m"), EventKinds.None);
        var first = await Origin.NextAttemptAsync();
        var second = await Origin.NextAttemptAsync();
        Ask<EngineStopped>(supervisor, new StopEngine());
        first.Token.IsCancellationRequested.Should().BeTrue();
        second.Token.IsCancellationRequested.Should().BeTrue();
        memory.ExpectMsg<TransferCancelled>(Patience);
        file.FishForMessage<TransferStateChanged>(e => e.Phase == TransferPhase.Paused, Patience);
        Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("g"))).Errors[0].Message.Should().Contain("stopping");
        Origin.Open.Values.Should().OnlyContain(n => n == 0);
    }
}
