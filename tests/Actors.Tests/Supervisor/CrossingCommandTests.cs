using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Supervisor;

/// <summary>Commands that meet an end, a stop or each other.</summary>
public sealed class CrossingCommandTests : EngineKit
{
    private static readonly TransferId F = TransferId.Parse("f");
    private static readonly TransferId G = TransferId.Parse("g");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_OfOneThatIsToBeTriedAgain_EndsItsNewLife(bool keepPart)
    {
        Options = Options with { MaxConcurrent = 1 };
        var supervisor = StartSupervisor();
        await FailAsync(supervisor, FileRequest("f"));
        StartWithProbe(supervisor, FileRequest("g"), EventKinds.None);
        await Origin.NextAttemptAsync();
        Ask<CommandDone>(supervisor, new ResumeTransfer(F)).Phase.Should().Be(TransferPhase.Queued);
        Ask<CommandDone>(supervisor, new CancelTransfer(F, keepPart)).Phase.Should().Be(TransferPhase.Cancelled);
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Outcome.Should().Be(new CancelledOutcome(keepPart));
        Ask<EngineStopped>(supervisor, new StopEngine());
    }

    [Fact]
    public async Task Remove_WithResume_OneOfThemIsRejected_AndNoSlotIsLost()
    {
        Options = Options with { MaxConcurrent = 1 };
        var supervisor = StartSupervisor();
        for (var i = 0; i < 10; i++)
        {
            var id = TransferId.Parse($"t{i}");
            await FailAsync(supervisor, FileRequest(id.Value));
            var probe = CreateTestProbe();
            supervisor.Tell(new RemoveTransfer(id), probe.Ref);
            supervisor.Tell(new ResumeTransfer(id), probe.Ref);
            var answers = new[] { probe.ExpectMsg<object>(Patience), probe.ExpectMsg<object>(Patience) };
            answers.Should().ContainSingle(a => a is CommandDone).And.ContainSingle(a => a is CommandRejected);
            if (Origin.Started.Count(s => s == id) > 1)
                Ask<CommandDone>(supervisor, new CancelTransfer(id));
            // The one slot is free again.
            StartWithProbe(supervisor, FileRequest($"next{i}"), EventKinds.None);
            var next = await Origin.NextAttemptAsync();
            while (next.Request.Id.Value != $"next{i}")
                next = await Origin.NextAttemptAsync();
            next.FinishWhole();
        }
    }

    [Fact]
    public void Resume_WhileBeingCancelled_IsRejected_AndTheCancelHoldsInTheNextProcess()
    {
        Options = Options with { MaxConcurrent = 0 };
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        var probe = CreateTestProbe();
        supervisor.Tell(new CancelTransfer(F), probe.Ref);
        supervisor.Tell(new ResumeTransfer(F), probe.Ref);
        var answers = new[] { probe.ExpectMsg<object>(Patience), probe.ExpectMsg<object>(Patience) };
        answers.Should().ContainSingle(a => a is CommandDone).Which.Should().Be(new CommandDone(F, TransferPhase.Cancelled));
        answers.Should().ContainSingle(a => a is CommandRejected);
        Ask<TransferStatus>(StartAnew(supervisor), new GetTransfer(F)).Phase.Should().Be(TransferPhase.Cancelled);
    }

    [Fact]
    public async Task Pause_WhileTheEngineStops_HoldsInTheNextProcess()
    {
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        await Origin.NextAttemptAsync();
        Ask<EngineStopped>(supervisor, new StopEngine());
        Ask<CommandDone>(supervisor, new PauseTransfer(F)).Phase.Should().Be(TransferPhase.Paused);
        Options = Options with { MaxConcurrent = 0 };
        Ask<TransferStatus>(StartAnew(supervisor), new GetTransfer(F)).Phase.Should().Be(TransferPhase.Paused);
    }

    [Fact]
    public async Task Pause_OfAMemoryRequestThatWaitsToGoOn_IsAnswered()
    {
        Options = Options with { MaxConcurrent = 1 };
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, MemoryRequest("f"), EventKinds.None);
        await Origin.NextAttemptAsync();
        Ask<CommandDone>(supervisor, new PauseTransfer(F));
        StartWithProbe(supervisor, MemoryRequest("g"), EventKinds.None);
        await Origin.NextAttemptAsync();
        Ask<CommandDone>(supervisor, new ResumeTransfer(F));
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Queued);
        Ask<CommandDone>(supervisor, new PauseTransfer(F)).Phase.Should().Be(TransferPhase.Paused);
        Ask<CommandDone>(supervisor, new ResumeTransfer(F));
        Ask<CommandDone>(supervisor, new CancelTransfer(G));
        (await Origin.NextAttemptAsync()).Request.Id.Should().Be(F);
    }

    [Fact]
    public void Remove_OnceTheEndIsTold_Works()
    {
        Origin.FinishAll();
        var supervisor = StartSupervisor();
        for (var i = 0; i < 100; i++)
            AtTheEnd(supervisor, MemoryRequest($"m{i}"), e => new RemoveTransfer(e.Id)).Should().BeOfType<CommandDone>();
        Ask<TransferList>(supervisor, new ListTransfers()).Total.Should().Be(0);
        Ask<EngineStopped>(supervisor, new StopEngine());
    }

    [Fact]
    public void Start_OnTheSameTargetOnceTheEndIsTold_IsAccepted()
    {
        Origin.FinishAll();
        var supervisor = StartSupervisor();
        for (var i = 0; i < 50; i++)
        {
            var next = new StartTransfer(FileRequest("same", id: $"b{i}"), new Subscription(EventKinds.None));
            AtTheEnd(supervisor, FileRequest("same", id: $"a{i}"), _ => next, answers: 2).Should().BeOfType<TransferAccepted>();
        }
    }

    [Fact]
    public void Resume_OnceTheFailureIsTold_BeginsANewLife()
    {
        Origin.OnAttempt = attempt =>
        {
            attempt.Headers();
            attempt.Fail();
            return true;
        };
        var supervisor = StartSupervisor();
        for (var i = 0; i < 50; i++)
            AtTheEnd(supervisor, FileRequest($"m{i}"), e => new ResumeTransfer(e.Id)).Should().BeOfType<CommandDone>().Which.Phase.Should().Be(TransferPhase.Queued);
    }

    [Fact]
    public async Task Resume_OfAFailedOne_KeepsItsTargetWhileTheOldActorCloses()
    {
        var supervisor = StartSupervisor();
        for (var i = 0; i < 20; i++)
        {
            var failing = FileRequest("same", id: $"a{i}");
            var probe = StartWithProbe(supervisor, failing, EventKinds.None);
            var attempt = await Origin.NextAttemptAsync();
            attempt.Headers();
            attempt.Fail();
            probe.ExpectMsg<TransferFailed>(Patience);
            Ask<CommandDone>(supervisor, new ResumeTransfer(TransferId.Parse(failing.Id!)));
            await Origin.NextAttemptAsync();
            Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("same", id: $"b{i}"))).Errors[0].Message.Should().Contain("belongs to");
            Ask<CommandDone>(supervisor, new CancelTransfer(TransferId.Parse(failing.Id!)));
        }
    }

    private async Task FailAsync(IActorRef supervisor, TransferRequest request)
    {
        var probe = StartWithProbe(supervisor, request, EventKinds.None);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();
        attempt.Fail();
        probe.ExpectMsg<TransferFailed>(Patience);
    }

    private IActorRef StartAnew(IActorRef supervisor)
    {
        Watch(supervisor);
        Sys.Stop(supervisor);
        ExpectTerminated(supervisor, Patience);
        return StartSupervisor();
    }

    // Sends a message from within the handler of the end, as early as anyone can.
    private object AtTheEnd(IActorRef supervisor, TransferRequest request, Func<TransferTerminated, object> then, int answers = 1)
    {
        var report = CreateTestProbe();
        var quick = Sys.ActorOf(Props.Create(() => new QuickSubscriber(supervisor, then, report.Ref)));
        supervisor.Tell(new StartTransfer(request, new Subscription(EventKinds.None)), quick);
        var answer = report.ExpectMsg<object>(Patience);
        for (var i = 1; i < answers; i++)
            report.ExpectMsg<TransferTerminated>(Patience);
        return answer;
    }

    private sealed class QuickSubscriber : ReceiveActor
    {
        public QuickSubscriber(IActorRef supervisor, Func<TransferTerminated, object> then, IActorRef report)
        {
            Receive<TransferTerminated>(e => supervisor.Tell(then(e), report));
            ReceiveAny(_ => { });
        }
    }
}
