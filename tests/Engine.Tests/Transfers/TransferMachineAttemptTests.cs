using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using static Ferry.Engine.Tests.Transfers.MachineFixture;

namespace Ferry.Engine.Tests.Transfers;

public sealed class TransferMachineAttemptTests
{
    [Fact]
    public void FlushFailed_WhatWasWrittenSinceTheLastFlush_DoesNotCount()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.On(new CheckpointDue(1, 900, 400));
        f.On(new AttemptEnded(1, new AttemptBroke(950, 950, 400, NotFound) { FlushFailed = true }))[0].Should().Be(new Checkpointed(400, 400, Boot));
        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.BytesKept.Should().Be(400);
        f.Begin(again: true).From.Should().Be(400);
    }

    [Fact]
    public void StraightPath_JournalsIdentifiedCheckpointVerifiedEnded()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.State.Phase.Should().Be(TransferPhase.Transferring);
        f.Finished();
        f.Effects.Should().Equal(new RunVerify(Strong));
        f.On(new VerifyEnded(new VerifyResult(Checked(), null)));
        f.Effects.Should().Equal(new RunPublish(Checked()));
        f.On(new PublishEnded(new PublishResult("/tmp/ferry-test/f", default, null)));

        var outcome = new CompletedOutcome(1000, null, "/tmp/ferry-test/f");
        f.Effects.Should().Equal(new Finish(outcome));
        f.Journal.Should().Equal(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked(), new Ended(outcome));
        f.State.Received.Should().Be(1000);
    }

    [Fact]
    public void Checkpoints_OnlyGrow()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.On(new CheckpointDue(1, 500, 100)).Should().Equal(new Checkpointed(500, 100, Boot));
        f.On(new CheckpointDue(1, 400, 100)).Should().BeEmpty();
        f.On(new CheckpointDue(1, 500, 300)).Should().Equal(new Checkpointed(500, 300, Boot));
    }

    [Fact]
    public void Checkpoint_BeforeTheVersionIsKnown_ClaimsNothing()
    {
        var f = new MachineFixture();
        f.Begin();
        f.On(new CheckpointDue(1, 500, 500)).Should().BeEmpty();
    }

    [Fact]
    public void Identified_SameVersionOnAContinuedBody_IsNoNewFact()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(400, 400, Boot));
        f.Begin();
        f.On(new AttemptIdentified(1, Strong with { Date = "Sat, 21 Nov 2026 12:00:00 GMT" })).Should().BeEmpty();
    }

    [Fact]
    public void Identified_LengthLearnedFromAContinuedBody_IsAFact()
    {
        var f = new MachineFixture().Recover(new Identified(Strong with { Length = null }), new Checkpointed(400, 400, Boot));
        f.Begin();
        f.On(new AttemptIdentified(1, Strong)).Should().Equal(new Identified(Strong));
    }

    [Fact]
    public void LateInputsOfAnOlderAttempt_FallAway()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.Broke(400);
        f.Retry();
        var before = f.State;
        f.On(new CheckpointDue(1, 900, 900)).Should().BeEmpty();
        f.On(new AttemptIdentified(1, Weak)).Should().BeEmpty();
        f.On(new AttemptEnded(1, new AttemptFinished(1000, 1000, 1000, Head(), Strong))).Should().BeEmpty();
        f.Effects.Should().BeEmpty();
        f.State.Should().Be(before);
    }

    [Theory]
    [InlineData(RestartReason.ResourceChanged)]
    [InlineData(RestartReason.RangesIgnored)]
    [InlineData(RestartReason.RangeMangled)]
    [InlineData(RestartReason.PartFileLost)]
    public void MustRestart_DropsTheBytesAndStartsFromZeroWithoutARange(RestartReason reason)
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(400, 400, Boot));
        f.Begin();
        f.MustRestart(reason).Should().Equal(new Restarted(reason));
        var plan = f.Plan();
        plan.Should().BeEquivalentTo(new { Number = 2, From = 0L, Identity = (ResourceIdentity?)null, Precondition = Precondition.None });
        f.State.ResumedFrom.Should().Be(0);
        f.State.Written.Should().Be(0);
    }

    [Fact]
    public void MustRestart_MoreOftenThanAllowed_FailsWithCannotResume()
    {
        var f = new MachineFixture();
        f.Begin();
        for (var i = 0; i < 3; i++)
            f.MustRestart(RestartReason.ResourceChanged).Should().Equal(new Restarted(RestartReason.ResourceChanged));
        f.MustRestart(RestartReason.ResourceChanged);
        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.CannotResume);
        f.Effects.Should().HaveCount(2).And.HaveElementAt(0, new DiscardPart());
    }

    [Fact]
    public void WantsIfMatch_TriesOnceWithIfMatch_AndKeepsToItOnRetries()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(400, 400, Boot));
        f.Begin();
        f.On(new AttemptEnded(1, new AttemptWantsIfMatch(0, 400, 400))).Should().BeEmpty();
        var plan = f.Plan();
        plan.From.Should().Be(400);
        plan.Precondition.Should().Be(Precondition.IfMatch);
        f.Broke(600);
        f.Retry().Precondition.Should().Be(Precondition.IfMatch);
        f.On(new AttemptEnded(3, new AttemptWantsIfMatch(0, 600, 400))).Should().Equal(new Restarted(RestartReason.RangesIgnored));
    }

    [Fact]
    public void Verify_PartFileLost_RestartsFromZero()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot));
        f.On(new Begin());
        f.On(new VerifyEnded(new VerifyResult(null, null) { Restart = RestartReason.PartFileLost }))
            .Should().Equal(new Restarted(RestartReason.PartFileLost));
        f.Plan().From.Should().Be(0);
    }

    [Fact]
    public void Verify_Mismatch_FailsAndRemovesThePartFile()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        f.Finished();
        var error = new TransferError(ErrorCode.PartialFile, ErrorStage.Verifying, ErrorSide.Remote, "Another digest.");
        f.On(new VerifyEnded(new VerifyResult(null, error)));
        f.Effects.Should().Equal(new DiscardPart(), new Finish(new FailedOutcome(error)));
        f.State.Written.Should().Be(0);
    }

    [Fact]
    public void Publish_Fails_KeepsTheBytes_AndAgainPublishesOnly()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        f.On(new Begin());
        var error = new TransferError(ErrorCode.LocalWriteFailed, ErrorStage.Publishing, ErrorSide.Local, "The target exists.");
        f.On(new PublishEnded(new PublishResult(null, default, error)));
        f.Effects.Should().Equal(new Finish(new FailedOutcome(error with { BytesKept = 1000 })));
        f.On(new Begin(Again: true)).Should().Equal(new Reopened());
        f.Effects.Should().Equal(new RunPublish(Checked()));
    }

    [Fact]
    public void Publish_NothingThere_RestartsFromZero()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(1000, 1000, Boot), Checked());
        f.On(new Begin());
        f.On(new PublishEnded(new PublishResult(null, default, null) { Restart = RestartReason.PartFileLost }));
        f.Plan().From.Should().Be(0);
        f.State.Verified.Should().BeNull();
    }

    [Fact]
    public void Chunks_HandedOnAlready_NeverStartOver()
    {
        var f = new MachineFixture(new RequestOptions { Retry = new RetryOptions() }, new ChunkDestination());
        f.Begin();
        f.Identified();
        f.Broke(400);
        f.Retry().From.Should().Be(400);
        f.MustRestart(RestartReason.ResourceChanged);
        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.CannotResume);
        f.State.Restarts.Should().Be(0);
    }
}
