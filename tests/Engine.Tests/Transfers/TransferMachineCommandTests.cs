using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using static Ferry.Engine.Tests.Transfers.MachineFixture;

namespace Ferry.Engine.Tests.Transfers;

public sealed class TransferMachineCommandTests
{
    private static readonly Finish CancelledFinish = new(new CancelledOutcome(false));

    [Fact]
    public void Cancel_BeforeBegin_EndsAtOnce()
    {
        var f = new MachineFixture();
        f.On(new CancelAsked(false)).Should().Equal(new Ended(new CancelledOutcome(false)));
        f.Effects.Should().Equal(new DiscardPart(), CancelledFinish);
    }

    [Fact]
    public void Cancel_OfOneThatEnded_FinishesAsItEnded()
    {
        var failed = new FailedOutcome(NotFound);
        var f = new MachineFixture().Recover(new Ended(failed));
        f.On(new CancelAsked(KeepPart: false)).Should().BeEmpty();
        f.Effects.Should().Equal(new DiscardPart(), new Finish(failed));
    }

    [Fact]
    public void Cancel_OfOneThatIsToBeTriedAgain_EndsItsNewLife()
    {
        var f = new MachineFixture().Recover(new Ended(new FailedOutcome(NotFound with { BytesKept = 5 })));
        f.On(new CancelAsked(KeepPart: false, Again: true)).Should().Equal(new Reopened(), new Ended(new CancelledOutcome(false)));
        f.Effects.Should().Equal(new DiscardPart(), CancelledFinish);
        f.State.Reopens.Should().Be(1);
    }

    [Fact]
    public void Stop_WhileItRests_RestsAgain()
    {
        var f = new MachineFixture();
        f.On(new StopAsked());
        f.On(new StopAsked()).Should().BeEmpty();
        f.Effects.Should().Equal(new Rest());
    }

    [Fact]
    public void Cancel_WhileReceiving_WaitsForTheSocketThenEnds()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.On(new CancelAsked(false)).Should().BeEmpty();
        f.Effects.Should().Equal(new StopWork());
        f.State.Phase.Should().Be(TransferPhase.Stopping);
        f.On(new CancelAsked(true)).Should().BeEmpty();
        f.Effects.Should().BeEmpty();
        f.Stopped(400).Should().Equal(new Ended(new CancelledOutcome(false)));
        f.Effects.Should().Equal(new DiscardPart(), CancelledFinish);
    }

    [Fact]
    public void Cancel_KeepingThePartFile_JournalsHowFarItCame()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.On(new CancelAsked(KeepPart: true));
        f.Stopped(400).Should().Equal(new Checkpointed(400, 0, Boot), new Ended(new CancelledOutcome(true)));
        f.Effects.Should().Equal(new Finish(new CancelledOutcome(true)));
    }

    public static TheoryData<AttemptResult> AnyResult => new()
    {
        new AttemptFinished(1000, 1000, 1000, Head(), Strong),
        new AttemptBroke(0, 400, 400, Reset),
        new AttemptBroke(0, 0, 0, NotFound),
        new AttemptMustRestart(0, RestartReason.ResourceChanged),
        new AttemptWantsIfMatch(0, 0, 0),
        new AttemptStopped(0, 0, 0),
    };

    [Theory]
    [MemberData(nameof(AnyResult))]
    public void Cancel_BeatsWhateverTheAttemptEndsWith(AttemptResult result)
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.On(new CancelAsked(false));
        f.On(new AttemptEnded(1, result));
        f.Effects.Should().Equal(new DiscardPart(), CancelledFinish);
        f.Journal.OfType<Ended>().Should().ContainSingle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancel_WhilePublishing_TheFileIsLost_NothingIsFetchedAnew(bool begun)
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        if (begun)
            f.On(new Begin());
        f.On(new CancelAsked(false));
        f.State.Phase.Should().Be(TransferPhase.Publishing);
        f.On(new PublishEnded(new PublishResult(null, default, null) { Restart = RestartReason.PartFileLost }));
        f.Effects.Should().Equal(new DiscardPart(), CancelledFinish);
    }

    [Fact]
    public void Stop_WhilePublishing_TheFileIsLost_Rests()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        f.On(new Begin());
        f.On(new StopAsked());
        f.On(new PublishEnded(new PublishResult(null, default, null) { Restart = RestartReason.PartFileLost }))
            .Should().Equal(new Restarted(RestartReason.PartFileLost));
        f.Effects.Should().Equal(new Rest());
        f.Begin().From.Should().Be(0);
    }

    [Fact]
    public void Cancel_WhilePublishing_ThatFails_KeepsNothing()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        f.On(new Begin());
        f.On(new CancelAsked(false));
        f.On(new PublishEnded(new PublishResult(null, default, NotFound)));
        f.Effects.Should().Equal(new DiscardPart(), CancelledFinish);
    }

    [Fact]
    public void Cancel_WhileWaitingToRetry_EndsAtOnce()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Broke(0);
        f.On(new CancelAsked(false)).Should().Equal(new Ended(new CancelledOutcome(false)));
        f.On(new RetryDue()).Should().BeEmpty();
        f.Effects.Should().BeEmpty();
    }

    [Fact]
    public void Cancel_WhileVerifying_WaitsForTheCheckThenEnds()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Finished();
        f.On(new CancelAsked(false));
        f.Effects.Should().Equal(new StopWork());
        f.On(new VerifyEnded(new VerifyResult(Checked(), null))).Should().Equal(new Ended(new CancelledOutcome(false)));
        f.Effects.Should().Equal(new DiscardPart(), CancelledFinish);
    }

    [Fact]
    public void Cancel_WhilePublishing_ComesTooLate()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        f.On(new Begin());
        f.On(new CancelAsked(false)).Should().BeEmpty();
        f.Effects.Should().BeEmpty();
        f.On(new PublishEnded(new PublishResult("/f", default, null)));
        f.State.Phase.Should().Be(TransferPhase.Completed);
    }

    [Fact]
    public void Cancel_RecoveredBetweenVerifiedAndOutcome_AsksPublishingHowItEnded()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        f.On(new CancelAsked(false)).Should().BeEmpty();
        f.Effects.Should().Equal(new RunPublish(Checked()));
    }

    [Fact]
    public void Cancel_AfterTheEnd_ChangesNothing()
    {
        var f = new MachineFixture().Recover(new Ended(new CompletedOutcome(1000, null, "/f")));
        f.On(new CancelAsked(false)).Should().BeEmpty();
        f.On(new StopAsked()).Should().BeEmpty();
        f.Effects.Should().BeEmpty();
    }

    [Fact]
    public void Stop_WhileReceiving_JournalsTheLastByteThenRests_AndBeginGoesOn()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.On(new StopAsked());
        f.Effects.Should().Equal(new StopWork());
        f.Stopped(400, 400).Should().Equal(new Checkpointed(400, 400, Boot));
        f.Effects.Should().Equal(new Rest());
        f.State.Phase.Should().Be(TransferPhase.Paused);
        f.Begin().From.Should().Be(400);
    }

    [Fact]
    public void Stop_HeadersStillInTheMailbox_TheVersionIsJournaledBeforeItsBytes()
    {
        var f = new MachineFixture();
        f.Begin();
        f.On(new StopAsked());
        f.On(new AttemptIdentified(1, Strong)).Should().Equal(new Identified(Strong));
        f.Stopped(400).Should().Equal(new Checkpointed(400, 0, Boot));
    }

    [Fact]
    public void Stop_VersionNeverTold_ItsBytesAreNotClaimed()
    {
        var f = new MachineFixture().Recover(new Identified(Strong));
        f.Begin();
        f.On(new StopAsked());
        f.Stopped(400).Should().BeEmpty();
    }

    [Fact]
    public void Stop_TheLastByteCameMeanwhile_BeginOnlyVerifies()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.On(new StopAsked());
        f.Finished();
        f.Effects.Should().Equal(new Rest());
        f.On(new Begin());
        f.Effects.Should().Equal(new RunVerify(Strong));
    }

    [Fact]
    public void Stop_ThenCancel_Cancels()
    {
        var f = new MachineFixture();
        f.Begin();
        f.On(new StopAsked());
        f.On(new CancelAsked(false)).Should().BeEmpty();
        f.Effects.Should().BeEmpty("the work is being stopped already");
        f.Stopped(0);
        f.Effects.Should().Equal(new DiscardPart(), CancelledFinish);
    }

    [Fact]
    public void Cancel_ThenStop_Cancels()
    {
        var f = new MachineFixture();
        f.Begin();
        f.On(new CancelAsked(false));
        f.On(new StopAsked()).Should().BeEmpty();
        f.Stopped(0);
        f.State.Phase.Should().Be(TransferPhase.Cancelled);
    }

    [Fact]
    public void Stop_WhileVerifying_KeepsWhatWasFound()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Finished();
        f.On(new StopAsked());
        f.On(new VerifyEnded(new VerifyResult(Checked(), null))).Should().Equal(Checked());
        f.Effects.Should().Equal(new Rest());
        f.On(new Begin());
        f.Effects.Should().Equal(new RunPublish(Checked()));
    }

    [Fact]
    public void Stop_WhileVerifying_Interrupted_BeginVerifiesAgain()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Finished();
        f.On(new StopAsked());
        f.On(new VerifyEnded(new VerifyResult(null, null))).Should().BeEmpty();
        f.Effects.Should().Equal(new Rest());
        f.On(new Begin());
        f.Effects.Should().Equal(new RunVerify(Strong));
    }

    [Fact]
    public void Stop_WhileWaitingToRetry_RestsAtOnce_AndTheTimeStillHolds()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Broke(0, retryAfter: TimeSpan.FromMinutes(5));
        f.On(new StopAsked()).Should().BeEmpty();
        f.Effects.Should().Equal(new Rest());
        f.On(new Begin());
        f.Effect<WakeAt>();
    }

    [Fact]
    public void Stop_WhilePublishing_WaitsForTheOutcome()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        f.On(new Begin());
        f.On(new StopAsked()).Should().BeEmpty();
        f.Effects.Should().BeEmpty();
        f.On(new PublishEnded(new PublishResult("/f", default, null)));
        f.Effect<Finish>();
    }
}
