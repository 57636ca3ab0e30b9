using Akka.Actor;
using Akka.TestKit;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Supervisor;

/// <summary>Going on with another request for the same content, as where a token expired.</summary>
public sealed class ResumeWithTests : EngineKit
{
    private static readonly TransferId F = TransferId.Parse("f");

    [Fact]
    public async Task Failed_GoesOnFromTheKeptBytes_WithTheNewRequest()
    {
        var supervisor = StartSupervisor();
        await FailAt60Async(supervisor);

        var done = Ask<CommandDone>(supervisor, new ResumeTransfer(F, With("new") with { Id = null }));
        done.Should().Be(new CommandDone(F, TransferPhase.Queued));
        var end = Subscribe(supervisor);
        var attempt = await Origin.NextAttemptAsync();
        (attempt.Plan.From, Token(attempt)).Should().Be((60, "new"));
        attempt.FinishWhole();
        end.ExpectMsg<TransferCompleted>(Patience).Received.Should().Be(40);
        Ask<TransferAccepted>(supervisor, new StartTransfer(With("new"))).AlreadyKnown.Should().BeTrue("this is its request now");
        Ask<TransferRejected>(supervisor, new StartTransfer(With("old")));
    }

    [Fact]
    public async Task Cancelled_KeepingItsPart_GoesOnWithTheNewRequest()
    {
        var supervisor = StartSupervisor();
        await At60Async(supervisor);
        Ask<CommandDone>(supervisor, new CancelTransfer(F, KeepPart: true));

        Ask<CommandDone>(supervisor, new ResumeTransfer(F, With("new")));

        var attempt = await Origin.NextAttemptAsync();
        (attempt.Plan.From, Token(attempt)).Should().Be((60, "new"));
    }

    [Fact]
    public async Task Paused_GoesOnWithTheNewRequest_AndTheOneEndIsTold()
    {
        var supervisor = StartSupervisor();
        var (_, probe) = await At60Async(supervisor);
        Ask<CommandDone>(supervisor, new PauseTransfer(F));

        Ask<CommandDone>(supervisor, new ResumeTransfer(F, With("new"))).Phase.Should().Be(TransferPhase.Queued);

        var attempt = await Origin.NextAttemptAsync();
        (attempt.Plan.From, Token(attempt)).Should().Be((60, "new"));
        attempt.FinishWhole();
        probe.FishForMessage<TransferCompleted>(_ => true, Patience);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Journaled_TheNextProcessHasTheNewRequest(bool ended)
    {
        var supervisor = StartSupervisor();
        if (ended)
            await FailAt60Async(supervisor);
        else
        {
            await At60Async(supervisor);
            Ask<CommandDone>(supervisor, new PauseTransfer(F));
        }
        Ask<CommandDone>(supervisor, new ResumeTransfer(F, With("new")));
        await Origin.NextAttemptAsync();

        StartAnew(supervisor);

        var attempt = await Origin.NextAttemptAsync();
        (attempt.Plan.From, Token(attempt)).Should().Be((60, "new"));
    }

    [Fact]
    public async Task HeldSinceTheStart_GoesOnWithTheNewRequest_AndSoItDoesInTheProcessAfter()
    {
        var supervisor = StartSupervisor();
        await At60Async(supervisor);
        Options = Options with { HoldRecovered = true };
        var second = StartAnew(supervisor);

        Ask<CommandDone>(second, new ResumeTransfer(F, With("new")));
        Token(await Origin.NextAttemptAsync()).Should().Be("new");

        Ask<CommandDone>(StartAnew(second), new ResumeTransfer(F));
        Token(await Origin.NextAttemptAsync()).Should().Be("new");
    }

    [Fact]
    public async Task HeldSinceTheStart_AnotherResumeThatComesRightAfter_DoesNotOvertakeTheNewRequest()
    {
        var supervisor = StartSupervisor();
        await At60Async(supervisor);
        Options = Options with { HoldRecovered = true };
        var second = StartAnew(supervisor);
        var probe = CreateTestProbe();

        second.Tell(new ResumeTransfer(F, With("new")), probe.Ref);
        second.Tell(new ResumeTransfer(F), probe.Ref);

        probe.ExpectMsg<CommandDone>(Patience);
        probe.ExpectMsg<CommandDone>(Patience);
        Token(await Origin.NextAttemptAsync()).Should().Be("new");
        Origin.Started.Should().HaveCount(2);
    }

    [Fact]
    public async Task TwoNewRequestsAtOnce_TheFirstCounts_AndTheOtherIsToldSo()
    {
        var supervisor = StartSupervisor();
        await FailAt60Async(supervisor);
        var probe = CreateTestProbe();

        supervisor.Tell(new ResumeTransfer(F, With("new")), probe.Ref);
        supervisor.Tell(new ResumeTransfer(F, With("new")), probe.Ref);
        supervisor.Tell(new ResumeTransfer(F, With("newer")), probe.Ref);

        probe.ExpectMsg<CommandRejected>(Patience).Error.Message.Should().Contain("another request").And.Contain("pause it");
        probe.ExpectMsg<CommandDone>(Patience);
        probe.ExpectMsg<CommandDone>(Patience);
        Token(await Origin.NextAttemptAsync()).Should().Be("new");
    }

    [Fact]
    public async Task OtherContent_IsRejected_NamesWhatDiffersAndTheRemedy_AndNothingIsJournaled()
    {
        var supervisor = StartSupervisor();
        await FailAt60Async(supervisor);
        var other = With("SECRET") with { Url = "http://origin.test/other?key=SECRET" };
        other = other with { Options = other.Options with { Headers = [.. other.Options.Headers, new HeaderField("Accept", "SECRET")] } };

        var error = Ask<CommandRejected>(supervisor, new ResumeTransfer(F, other)).Error;

        error.Code.Should().Be(ErrorCode.ParameterError);
        error.Message.Should().Contain("'f'").And.Contain("the URL, the header 'Accept'").And.Contain("Start it anew").And.NotContain("SECRET");
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Failed);
        var second = StartAnew(supervisor);
        Ask<TransferAccepted>(second, new StartTransfer(With("old"))).Should().BeEquivalentTo(new { AlreadyKnown = true, Phase = TransferPhase.Failed });
        Origin.Started.Should().HaveCount(1);
    }

    [Fact]
    public async Task Invalid_IsRejectedWithEveryProblem()
    {
        var supervisor = StartSupervisor();
        await FailAt60Async(supervisor);
        var wrong = With("new") with { Options = new RequestOptions { Priority = 0, MaxRedirects = -1 } };

        Ask<CommandRejected>(supervisor, new ResumeTransfer(F, wrong)).Error.Message.Should().Contain("priority 0").And.Contain("maxRedirects is -1");
        Ask<CommandRejected>(supervisor, new ResumeTransfer(F, With("new") with { Id = "g" })).Error.Message.Should().Contain("another id");
    }

    [Fact]
    public async Task OptionsWithoutEffect_AreToldInTheNote()
    {
        var supervisor = StartSupervisor();
        await FailAt60Async(supervisor);
        var request = With("new") with { Options = With("new").Options with { MaxLimit = long.MaxValue } };

        Ask<CommandDone>(supervisor, new ResumeTransfer(F, request)).Note.Should().Contain("maxLimit");
    }

    [Fact]
    public async Task PriorityOfTheNewRequest_ChangesNothing()
    {
        var supervisor = StartSupervisor();
        await FailAt60Async(supervisor);
        Ask<CommandDone>(supervisor, new ResumeTransfer(F, With("new") with { Options = With("new").Options with { Priority = 900 } }));

        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Priority.Value.Should().Be(1);
        await Origin.NextAttemptAsync();
        Ask<TransferStatus>(StartAnew(supervisor), new GetTransfer(F)).Priority.Value.Should().Be(1);
    }

    [Fact]
    public async Task Running_IsRejected_UnlessItIsTheRequestItHas()
    {
        var supervisor = StartSupervisor();
        var (attempt, _) = await At60Async(supervisor);

        Ask<CommandRejected>(supervisor, new ResumeTransfer(F, With("new"))).Error.Message.Should().Contain("pause it");
        Ask<CommandDone>(supervisor, new ResumeTransfer(F, With("old"))).Phase.Should().Be(TransferPhase.Transferring);
        attempt.Token.IsCancellationRequested.Should().BeFalse();
        Ask<TransferAccepted>(supervisor, new StartTransfer(With("old"))).AlreadyKnown.Should().BeTrue();
    }

    [Fact]
    public async Task Completed_IsRejected()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, With("old"), EventKinds.None);
        (await Origin.NextAttemptAsync()).FinishWhole();
        probe.ExpectMsg<TransferCompleted>(Patience);

        Ask<CommandRejected>(supervisor, new ResumeTransfer(F, With("new"))).Error.Message.Should().Contain("completed");
        Ask<TransferAccepted>(supervisor, new StartTransfer(With("old"))).AlreadyKnown.Should().BeTrue();
    }

    [Fact]
    public async Task NotJournaled_IsRejected()
    {
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, MemoryRequest("f"), EventKinds.None);
        await Origin.NextAttemptAsync();
        Ask<CommandDone>(supervisor, new PauseTransfer(F));
        var other = MemoryRequest("f") with { Options = With("new").Options };

        Ask<CommandRejected>(supervisor, new ResumeTransfer(F, other)).Error.Message.Should().Contain("not journaled").And.Contain("start it anew");
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Paused);
    }

    [Fact]
    public void Unknown_IsRejected() =>
        Ask<CommandRejected>(StartSupervisor(), new ResumeTransfer(F, With("new"))).Error.Message.Should().Contain("no transfer 'f'");

    private TransferRequest With(string token) =>
        FileRequest("f") with { Options = new RequestOptions { Headers = [new HeaderField("Authorization", token)] } };

    private static string Token(FakeAttempt attempt) => attempt.Plan.Request.Options.Headers.Single().Value;

    private async Task<(FakeAttempt Attempt, TestProbe Probe)> At60Async(IActorRef supervisor)
    {
        var probe = StartWithProbe(supervisor, With("old"), EventKinds.State);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();
        attempt.Checkpoint(60);
        probe.FishForMessage<TransferStateChanged>(e => e.Phase == TransferPhase.Transferring, Patience);
        AwaitAssert(() => Ask<TransferStatus>(supervisor, new GetTransfer(F)).Total.Should().Be(100), Patience);
        return (attempt, probe);
    }

    private async Task FailAt60Async(IActorRef supervisor)
    {
        var (attempt, probe) = await At60Async(supervisor);
        attempt.Refuse();
        probe.FishForMessage<TransferFailed>(_ => true, Patience).Error.BytesKept.Should().Be(60);
    }

    private TestProbe Subscribe(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(new Subscribe(F, new Subscription(EventKinds.None)), probe.Ref);
        probe.ExpectMsg<Subscribed>(Patience);
        return probe;
    }

    private IActorRef StartAnew(IActorRef supervisor)
    {
        Watch(supervisor);
        Sys.Stop(supervisor);
        ExpectTerminated(supervisor, Patience);
        return StartSupervisor();
    }
}
