using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Supervisor;

/// <summary>Retries, parked origins, actors that throw.</summary>
public sealed class FailureTests : EngineKit
{
    private static readonly TransferId F = TransferId.Parse("f");

    [Fact]
    public async Task Attempt_Breaks_IsRepeatedFromTheLastByteOnceItsTimeHasCome()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.State);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();
        attempt.Progress(70);
        attempt.Break();
        probe.FishForMessage<TransferRetrying>(e => e.Retry == 1, Patience);
        AwaitWaiting(supervisor);
        Pass(TimeSpan.FromSeconds(40));
        var second = await Origin.NextAttemptAsync();
        second.Plan.From.Should().Be(70);
        second.Plan.Number.Should().Be(2);
        second.FinishWhole();
        probe.FishForMessage<TransferCompleted>(_ => true, Patience);
    }

    [Fact]
    public async Task Attempt_Waiting_LeavesItsSlotToOthers()
    {
        Options = Options with { MaxConcurrent = 1 };
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("f", 1000));
        (await Origin.NextAttemptAsync()).Break();
        var other = StartWithProbe(supervisor, FileRequest("g"), EventKinds.None);
        (await Origin.NextAttemptAsync()).FinishWhole();
        other.ExpectMsg<TransferCompleted>(Patience);
    }

    [Fact]
    public async Task RetryAfter_ParksTheWholeOrigin_OthersGoOn()
    {
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("f", origin: "http://busy.test"));
        (await Origin.NextAttemptAsync()).Break(TimeSpan.FromSeconds(120));
        AwaitWaiting(supervisor);
        StartWithProbe(supervisor, FileRequest("same", origin: "http://busy.test"));
        StartWithProbe(supervisor, FileRequest("other", origin: "http://idle.test"));
        (await Origin.NextAttemptAsync()).Request.Id.Value.Should().Be("other");
        var explanation = Ask<Explanation>(supervisor, new Explain(TransferId.Parse("same")));
        explanation.Reason.Should().Contain("http://busy.test:80");
        explanation.Earliest.Should().Be(Time.GetUtcNow().AddSeconds(120));
        Pass(TimeSpan.FromSeconds(121));
        var both = new[] { await Origin.NextAttemptAsync(), await Origin.NextAttemptAsync() };
        both.Select(a => a.Request.Id.Value).Should().BeEquivalentTo("f", "same");
    }

    [Fact]
    public async Task Actor_Throws_IsMadeAnewFromTheJournal()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.Headers);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();
        probe.ExpectMsg<HeadersReceived>(Patience);
        attempt.Throw("A bug.");
        AwaitAssert(() => Ask<Explanation>(supervisor, new Explain(F)).Reason.Should().Contain("A bug."), Patience);
        Origin.Open[F].Should().Be(0, "nothing of the old I/O may be under way");
        Pass(TimeSpan.FromSeconds(2));
        (await Origin.NextAttemptAsync()).FinishWhole();
        probe.ExpectMsg<TransferCompleted>(Patience);
    }

    [Fact]
    public async Task Actor_ThrowsAgainAndAgain_IsGivenUp()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        for (var i = 0; i < 6; i++)
        {
            (await Origin.NextAttemptAsync()).Throw($"Bug {i}.");
            if (i == 5)
                break;
            AwaitAssert(() => Ask<Explanation>(supervisor, new Explain(F)).Reason.Should().Contain($"Bug {i}."), Patience);
            Pass(TimeSpan.FromSeconds(60));
        }
        probe.ExpectMsg<TransferFailed>(Patience).Error.Message.Should().Contain("Bug 5.");
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Failed);
    }

    [Fact]
    public async Task Actor_OfAMemoryRequestThrows_TheRequestFails()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, MemoryRequest("f"), EventKinds.None);
        (await Origin.NextAttemptAsync()).Throw("A bug.");
        probe.ExpectMsg<TransferFailed>(Patience).Error.Message.Should().Contain("A bug.");
    }

    [Fact]
    public async Task Actor_ThrowsWhileACancelWaits_IsCancelled()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Throw("A bug.");
        Ask<CommandDone>(supervisor, new CancelTransfer(F)).Phase.Should().Be(TransferPhase.Cancelled);
        probe.ExpectMsg<TransferCancelled>(Patience);
    }

    [Fact]
    public async Task Cancel_ItsActorThrowsEachTime_IsRepeatedAfterDelaysAndThenRejected()
    {
        Options = Options with { MaxConcurrent = 1 };
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        await Origin.NextAttemptAsync();
        Ask<CommandDone>(supervisor, new PauseTransfer(F));
        var made = 0;
        Origin.OnCreate = _ => throw new InvalidOperationException($"Bug {++made}.");
        var canceller = CreateTestProbe();
        supervisor.Tell(new CancelTransfer(F), canceller.Ref);
        for (var i = 1; i <= 5; i++)
        {
            AwaitAssert(() => Ask<Explanation>(supervisor, new Explain(F)).Reason.Should().Contain($"Bug {i}."), Patience);
            Pass(TimeSpan.FromSeconds(60));
        }
        canceller.ExpectMsg<CommandRejected>(Patience).Error.Message.Should().Contain("failed");
        made.Should().Be(6);
    }

    [Fact]
    public void Attempts_OfManyBreak_TheirActorsHaveABound()
    {
        const int many = 150;
        var most = 0;
        Options = Options with { MaxConcurrent = 2 };
        Origin.OnAttempt = attempt =>
        {
            most = Math.Max(most, Origin.Open.Values.Sum());
            attempt.Break();
            return true;
        };
        var supervisor = StartSupervisor();
        for (var i = 0; i < many; i++)
            Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest($"t{i}")));
        AwaitAssert(
            () =>
            {
                Pass(TimeSpan.FromMilliseconds(600));
                Origin.Started.GroupBy(id => id).Count(g => g.Count() > 1).Should().Be(many);
            },
            Patience,
            TimeSpan.FromMilliseconds(20));
        most.Should().BeLessThan(80);
    }

    [Fact]
    public async Task Clock_IsSetBack_TheOrderAndTheDelaysHold()
    {
        Options = Options with { MaxConcurrent = 1, AgingStep = TimeSpan.FromSeconds(5) };
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("f"));
        var running = await Origin.NextAttemptAsync();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("urgent", priority: 500)));
        Time.SetUtcNow(Time.GetUtcNow().AddHours(-1));
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("later")));
        running.Throw("A bug.");
        AwaitWaiting(supervisor);
        var urgent = await Origin.NextAttemptAsync();
        urgent.Request.Id.Value.Should().Be("urgent");
        Time.SetUtcNow(Time.GetUtcNow().AddHours(-1));
        urgent.FinishWhole();
        (await Origin.NextAttemptAsync()).FinishWhole();
        Pass(TimeSpan.FromSeconds(2));
        (await Origin.NextAttemptAsync()).Request.Id.Should().Be(F);
    }

    private void AwaitWaiting(IActorRef supervisor) =>
        AwaitAssert(() => Ask<Explanation>(supervisor, new Explain(F)).Earliest.Should().NotBeNull(), Patience);
}
