using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Supervisor;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Supervisor;

/// <summary>What happens while the journal cannot be written, and when it can again.</summary>
public sealed class JournalFailureTests : EngineKit
{
    private static readonly TransferId F = TransferId.Parse("f");
    private readonly UnwilledJournal.Will _journal;

    public JournalFailureTests()
        : base(Prepared())
    {
        _journal = UnwilledJournal.Will.Last;
        Options = Options with { MaxConcurrent = 4 };
    }

    [Fact]
    public void Start_WhileTheJournalFails_IsRejectedAndCanBeTriedAgain()
    {
        var supervisor = StartSupervisor();
        _journal.Refuses = true;
        var error = Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("f"))).Errors.Should().ContainSingle().Which;
        error.Stage.Should().Be(ErrorStage.Journaling);
        error.RetryCanHelp.Should().BeTrue();
        // The index is down now: the next one is rejected without being tried.
        Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("g")));
        Ask<EngineUnavailable>(supervisor, new AwaitReady()).Error.Message.Should().Contain("The disk is full.");

        _journal.Refuses = false;
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Ask<EngineReady>(supervisor, new AwaitReady()).Unfinished.Should().Be(0);
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f"))).AlreadyKnown.Should().BeFalse();
    }

    [Fact]
    public void Start_ManyInFlight_AllAreAnswered()
    {
        var supervisor = StartSupervisor();
        _journal.Refuses = true;
        var probe = CreateTestProbe();
        for (var i = 0; i < 50; i++)
            supervisor.Tell(new StartTransfer(FileRequest($"t{i}")), probe.Ref);
        for (var i = 0; i < 50; i++)
            probe.ExpectMsg<TransferRejected>(Patience);
        Ask<TransferList>(supervisor, new ListTransfers()).Total.Should().Be(0);
    }

    [Fact]
    public void Start_MemoryRequest_NeedsNoJournal()
    {
        Origin.FinishAll();
        var supervisor = StartSupervisor();
        _journal.Refuses = true;
        Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("f")));
        StartWithProbe(supervisor, MemoryRequest("m"), EventKinds.None).ExpectMsg<TransferCompleted>(Patience);
    }

    [Fact]
    public void Commands_WhileTheJournalFails_AreRejectedAndChangeNothing()
    {
        Options = Options with { MaxConcurrent = 0 };
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("f", priority: 5));
        _journal.Refuses = true;
        Ask<CommandRejected>(supervisor, new PauseTransfer(F)).Error.Stage.Should().Be(ErrorStage.Journaling);
        Ask<CommandRejected>(supervisor, new ChangePriority(F, 9)).Error.Stage.Should().Be(ErrorStage.Journaling);
        Ask<CommandRejected>(supervisor, new CancelTransfer(F)).Error.Stage.Should().Be(ErrorStage.Journaling);
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Should().BeEquivalentTo(new { Phase = TransferPhase.Queued, Priority = new Priority(5) });

        _journal.Refuses = false;
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Ask<EngineReady>(supervisor, new AwaitReady()).Unfinished.Should().Be(1);
        Ask<CommandDone>(supervisor, new PauseTransfer(F));
    }

    [Fact]
    public async Task Transfer_ItsJournalFails_IsTriedAgainUntilItCanBeWritten()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        var attempt = await Origin.NextAttemptAsync();
        _journal.Refuses = true;
        attempt.Headers();
        AwaitAssert(() => Ask<Explanation>(supervisor, new Explain(F)).Reason.Should().Contain("The disk is full."), Patience);
        attempt.Token.IsCancellationRequested.Should().BeTrue();
        Origin.Open[F].Should().Be(0);

        Pass(TimeSpan.FromSeconds(5));
        (await Origin.NextAttemptAsync()).Headers();
        AwaitAssert(() => Ask<Explanation>(supervisor, new Explain(F)).Reason.Should().Contain("The disk is full."), Patience);
        _journal.Refuses = false;
        Pass(TimeSpan.FromSeconds(5));
        (await Origin.NextAttemptAsync()).FinishWhole();
        probe.ExpectMsg<TransferCompleted>(Patience);
    }

    [Fact]
    public async Task End_WhileTheIndexFails_IsMadeGoodWhenItComesBack()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        var attempt = await Origin.NextAttemptAsync();
        _journal.Which = w => w.PersistenceId == "transfer-index";
        _journal.Refuses = true;
        Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("g")));
        attempt.FinishWhole();
        probe.ExpectMsg<TransferCompleted>(Patience);

        _journal.Refuses = false;
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Ask<EngineReady>(supervisor, new AwaitReady());
        // A write after the catching up shows that the journal knows it; a second supervisor over the same journal then finds it ended.
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("h")));
        Ask<EngineStopped>(supervisor, new StopEngine());
        Watch(supervisor);
        Sys.Stop(supervisor);
        ExpectTerminated(supervisor, Patience);
        var second = StartSupervisor();
        Ask<TransferStatus>(second, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Completed);
        Ask<TransferStatus>(second, new GetTransfer(TransferId.Parse("h"))).Outcome.Should().BeNull();
        Ask<TransferUnknown>(second, new GetTransfer(TransferId.Parse("g")));
    }

    [Fact]
    public void Commands_BeforeTheJournalWasEverRead_SayThatItIsUnavailable()
    {
        _journal.CannotRead = true;
        var supervisor = Sys.ActorOf(TransferSupervisor.Props(Options));
        Ask<EngineUnavailable>(supervisor, new AwaitReady());
        Ask<CommandRejected>(supervisor, new CancelTransfer(F)).Error.Stage.Should().Be(ErrorStage.Journaling);
        Ask<CommandRejected>(supervisor, new ResumeTransfer(F)).Error.Stage.Should().Be(ErrorStage.Journaling);
        Ask<TransferRejected>(supervisor, new StartTransfer(MemoryRequest("f"))).Errors[0].Stage.Should().Be(ErrorStage.Journaling);
        _journal.CannotRead = false;
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Ask<EngineReady>(supervisor, new AwaitReady());
        Ask<TransferAccepted>(supervisor, new StartTransfer(MemoryRequest("f")));
    }

    [Fact]
    public void Start_RejectedButJournaled_IsTakenBackHoweverOftenThatFails()
    {
        var supervisor = StartSupervisor();
        _journal.WritesFirst = true;
        _journal.Refuses = true;
        Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("f")));
        // The journal can be read again, but the removal is refused.
        _journal.WritesFirst = false;
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Ask<EngineUnavailable>(supervisor, new AwaitReady()), Patience);
        _journal.Refuses = false;
        Scheduler.Advance(TimeSpan.FromSeconds(5));
        AwaitAssert(() => Ask<EngineReady>(supervisor, new AwaitReady()), Patience);
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("g")));
        Ask<TransferUnknown>(StartAnew(supervisor), new GetTransfer(F));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResumeWith_RejectedButJournaled_IsTakenBack(bool ended)
    {
        var supervisor = StartSupervisor();
        if (ended)
            await FailAsync(supervisor, () => StartWithProbe(supervisor, FileRequest("f"), EventKinds.None));
        else
        {
            StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
            (await Origin.NextAttemptAsync()).Headers();
            Ask<CommandDone>(supervisor, new PauseTransfer(F));
        }
        var other = FileRequest("f") with { Options = new RequestOptions { Headers = [new HeaderField("Authorization", "new")] } };
        (_journal.WritesFirst, _journal.Refuses) = (true, true);
        Ask<CommandRejected>(supervisor, new ResumeTransfer(F, other)).Error.Stage.Should().Be(ErrorStage.Journaling);
        (_journal.WritesFirst, _journal.Refuses) = (false, false);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Ask<EngineReady>(supervisor, new AwaitReady()), Patience);
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f"))).Phase.Should().Be(ended ? TransferPhase.Failed : TransferPhase.Paused);
        // What is journaled after the catching up shows that the catching up is.
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("g")));
        (await Origin.NextAttemptAsync()).FinishWhole();

        var second = StartAnew(supervisor);

        Ask<TransferAccepted>(second, new StartTransfer(FileRequest("f"))).Should().BeEquivalentTo(
            new { AlreadyKnown = true, Phase = ended ? TransferPhase.Failed : TransferPhase.Paused });
        Ask<TransferRejected>(second, new StartTransfer(other));
    }

    [Fact]
    public async Task Failed_TheSecondTime_IsNotTriedAThirdTimeWhereTheIndexMissedIt()
    {
        var supervisor = StartSupervisor();
        await FailAsync(supervisor, () => StartWithProbe(supervisor, FileRequest("f"), EventKinds.None));
        await FailAsync(supervisor, () =>
        {
            Ask<CommandDone>(supervisor, new ResumeTransfer(F));
            var probe = CreateTestProbe();
            supervisor.Tell(new Subscribe(F, new Subscription(EventKinds.None)), probe.Ref);
            probe.ExpectMsg<Subscribed>(Patience);
            _journal.Which = w => w.PersistenceId == "transfer-index";
            _journal.Refuses = true;
            return probe;
        });
        AwaitAssert(() => Ask<EngineUnavailable>(supervisor, new AwaitReady()), Patience);
        _journal.Refuses = false;
        var second = StartAnew(supervisor);
        AwaitAssert(() => Ask<TransferStatus>(second, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Failed), Patience);
        Origin.Started.Should().HaveCount(2);
    }

    [Fact]
    public async Task Journal_FailsOften_DoesNotSpeakAgainstTheTransfer()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        _journal.Refuses = true;
        for (var i = 0; i < 7; i++)
        {
            (await Origin.NextAttemptAsync()).Headers();
            AwaitAssert(() => Ask<Explanation>(supervisor, new Explain(F)).Reason.Should().Contain("The disk is full."), Patience);
            Pass(TimeSpan.FromSeconds(60));
        }
        _journal.Refuses = false;
        (await Origin.NextAttemptAsync()).Throw("A bug.");
        AwaitAssert(() => Ask<Explanation>(supervisor, new Explain(F)).Reason.Should().Contain("A bug."), Patience);
        Pass(TimeSpan.FromSeconds(60));
        (await Origin.NextAttemptAsync()).FinishWhole();
        probe.ExpectMsg<TransferCompleted>(Patience);
    }

    private async Task FailAsync(IActorRef supervisor, Func<Akka.TestKit.TestProbe> start)
    {
        var probe = start();
        var attempt = await Origin.NextAttemptAsync();
        attempt.Fail();
        probe.ExpectMsg<TransferFailed>(Patience);
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Failed);
    }

    private IActorRef StartAnew(IActorRef supervisor)
    {
        Watch(supervisor);
        Sys.Stop(supervisor);
        ExpectTerminated(supervisor, Patience);
        return StartSupervisor();
    }

    private static string Prepared()
    {
        UnwilledJournal.Will.Last = new UnwilledJournal.Will();
        return UnwilledJournal.Config;
    }
}
