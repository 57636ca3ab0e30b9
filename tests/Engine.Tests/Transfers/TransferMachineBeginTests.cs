using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using static Ferry.Engine.Tests.Transfers.MachineFixture;

namespace Ferry.Engine.Tests.Transfers;

public sealed class TransferMachineBeginTests
{
    [Fact]
    public void Begin_Fresh_AsksForTheWholeWithoutPrecondition()
    {
        var f = new MachineFixture();
        var plan = f.Begin();
        plan.Should().BeEquivalentTo(new { Number = 1, From = 0L, Identity = (ResourceIdentity?)null, Precondition = Precondition.None, RetryLeft = true });
        f.State.Phase.Should().Be(TransferPhase.Probing);
        f.State.ResumedFrom.Should().Be(0);
    }

    [Fact]
    public void Begin_AfterCrash_GoesOnFromTheLastByteWritten()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(400, 300, Boot));
        var plan = f.Begin();
        plan.From.Should().Be(400);
        plan.Identity.Should().Be(Strong);
        plan.Precondition.Should().Be(Precondition.IfRange);
        f.State.ResumedFrom.Should().Be(400);
    }

    [Theory]
    [InlineData("boot-2")]
    [InlineData("")]
    public void Begin_AfterAnotherBoot_GoesOnFromTheLastByteFlushed(string boot)
    {
        var f = new MachineFixture(boot: boot).Recover(new Identified(Strong), new Checkpointed(400, 300, Boot));
        f.Begin().From.Should().Be(300);
    }

    [Fact]
    public void Begin_NoValidator_RestartsFromZero()
    {
        var f = new MachineFixture().Recover(new Identified(Weak), new Checkpointed(400, 400, Boot));
        f.On(new Begin()).Should().Equal(new Restarted(RestartReason.NoValidator));
        f.Plan().From.Should().Be(0);
    }

    [Fact]
    public void Begin_CodedBody_RestartsFromZero()
    {
        var f = new MachineFixture().Recover(new Identified(Strong with { ContentCoding = "gzip" }), new Checkpointed(400, 400, Boot));
        f.On(new Begin()).Should().Equal(new Restarted(RestartReason.NoValidator));
    }

    [Fact]
    public void Begin_NoValidatorButLengthTrusted_GoesOnWithoutPrecondition()
    {
        var f = new MachineFixture(new RequestOptions { TrustLength = true }).Recover(new Identified(Weak), new Checkpointed(400, 400, Boot));
        var plan = f.Begin();
        plan.From.Should().Be(400);
        plan.Precondition.Should().Be(Precondition.None);
    }

    [Fact]
    public void Begin_EverythingReceived_VerifiesWithoutARequest()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot));
        f.On(new Begin()).Should().BeEmpty();
        f.Effects.Should().Equal(new RunVerify(Strong));
        f.State.ResumedFrom.Should().Be(1000);
    }

    [Fact]
    public void Begin_Verified_PublishesAgain()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        f.On(new Begin());
        f.Effects.Should().Equal(new RunPublish(Checked()));
        f.State.Phase.Should().Be(TransferPhase.Publishing);
    }

    [Fact]
    public void Begin_Ended_FinishesAgain()
    {
        var outcome = new CompletedOutcome(1000, null, "/f");
        var f = new MachineFixture().Recover(new Identified(Strong), new Ended(outcome));
        f.On(new Begin()).Should().BeEmpty();
        f.Effects.Should().Equal(new Finish(outcome));
        f.State.Phase.Should().Be(TransferPhase.Completed);
    }

    [Fact]
    public void Begin_EndedCancelled_RemovesThePartFileAgain()
    {
        var f = new MachineFixture().Recover(new Ended(new CancelledOutcome(false)));
        f.On(new Begin());
        f.Effects.Should().Equal(new DiscardPart(), new Finish(new CancelledOutcome(false)));
    }

    [Fact]
    public void Begin_RetryTimeInTheFuture_Waits()
    {
        var f = new MachineFixture();
        var at = f.Time.GetUtcNow() + TimeSpan.FromMinutes(10);
        f.Recover(new Identified(Strong), new Checkpointed(400, 400, Boot), new RetryScheduled(3, at, Reset, true));
        f.On(new Begin());
        f.Effects.Should().Equal(new WakeAt(at));
        f.State.Phase.Should().Be(TransferPhase.WaitingToRetry);
        f.Retry().From.Should().Be(400);
        f.State.RetriesSinceProgress.Should().Be(3);
    }

    [Fact]
    public void Begin_RetryTimeFarAheadBecauseTheClockWasSetBack_WaitsNoLongerThanARetryMay()
    {
        var f = new MachineFixture();
        f.Recover(new RetryScheduled(1, f.Time.GetUtcNow() + TimeSpan.FromDays(400), Reset, false));
        f.On(new Begin());
        f.Effects.Should().Equal(new WakeAt(f.Time.GetUtcNow() + new RetryOptions().MaxRetryAfter));
    }

    [Fact]
    public void BeginAgain_FailedButBytesKept_GoesOn()
    {
        var f = new MachineFixture();
        var failed = new Ended(new FailedOutcome(Reset with { BytesKept = 400 }));
        f.Recover(new Identified(Strong), new Checkpointed(400, 400, Boot), new RetryScheduled(8, f.Time.GetUtcNow(), Reset, false), failed);
        f.On(new Begin(Again: true)).Should().Equal(new Reopened());
        f.Plan().From.Should().Be(400);
        f.State.RetriesSinceProgress.Should().Be(0);
        f.State.Outcome.Should().BeNull();
    }

    [Fact]
    public void BeginAgain_FailedAndNothingKept_StartsFromZero()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(400, 400, Boot), new Ended(new FailedOutcome(Reset)));
        f.Begin(again: true).From.Should().Be(0);
    }

    [Fact]
    public void BeginAgain_Completed_OnlyFinishes()
    {
        var f = new MachineFixture().Recover(new Ended(new CompletedOutcome(1, null, "/f")));
        f.On(new Begin(Again: true)).Should().BeEmpty();
        f.Effect<Finish>();
    }

    [Fact]
    public void BeginTwice_TheSecondIsIgnored()
    {
        var f = new MachineFixture();
        f.Begin();
        f.On(new Begin()).Should().BeEmpty();
        f.Effects.Should().BeEmpty();
    }
}
