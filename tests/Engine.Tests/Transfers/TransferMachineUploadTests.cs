using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Transfers;

/// <summary>What is different where the bytes go the other way.</summary>
public sealed class TransferMachineUploadTests
{
    private static readonly ResourceIdentity Tus = new()
    {
        FinalUrl = "http://127.0.0.1/files/1",
        Length = 1000,
        Upload = new UploadIdentity { Source = "1000 1 1 ab", CanContinue = true },
    };

    private static readonly ResourceIdentity Put = new() { FinalUrl = "http://127.0.0.1/f", Length = 1000, Upload = new UploadIdentity { Source = "1000 1 1 ab" } };

    private static readonly ResourceIdentity Post = Put with { Upload = Put.Upload! with { SendOnce = true } };

    private static readonly TransferError Refused = new(ErrorCode.CannotConnect, ErrorStage.Connecting, ErrorSide.Network, "Refused.") { RetryCanHelp = true };

    [Fact]
    public void Prepared_IsJournaledBeforeTheNextAttempt()
    {
        var f = Machine(UploadProtocol.Tus);
        f.Begin().Identity.Should().BeNull();

        f.On(new AttemptEnded(1, new AttemptPrepared(Tus))).Should().Equal(new Identified(Tus));

        var plan = f.Plan();
        (plan.Number, plan.Identity, plan.From).Should().Be((2, Tus, 0L));
    }

    [Fact]
    public void Acknowledged_IsCheckpointedAtOnce_AndTheRestartGoesOnThere()
    {
        var f = Prepared(UploadProtocol.Tus, Tus);
        f.On(new CheckpointDue(2, 400, 400)).Should().Equal(new Checkpointed(400, 400, MachineFixture.Boot));

        var again = Machine(UploadProtocol.Tus, boot: "boot-2").Recover([.. f.Journal]);
        var plan = again.Begin();

        (plan.From, plan.Identity).Should().Be((400, Tus));
    }

    [Fact]
    public void Acknowledged_TheServerLostBytes_FewerCount()
    {
        var f = Prepared(UploadProtocol.Tus, Tus);
        f.On(new CheckpointDue(2, 400, 400));

        f.On(new CheckpointDue(2, 300, 300)).Should().Equal(new Checkpointed(300, 300, MachineFixture.Boot));

        f.Broke(300, MachineFixture.NotFound, flushed: 300);
        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.BytesKept.Should().Be(300);
    }

    [Fact]
    public void TheServerLosesBytesInEveryAttempt_TheRetriesEnd()
    {
        var f = Prepared(UploadProtocol.Tus, Tus);
        f.On(new CheckpointDue(2, 400, 400));
        for (var retries = 0; !f.State.IsEnded; retries++)
        {
            retries.Should().BeLessThan(100);
            f.On(new CheckpointDue(f.State.Attempt, 100, 100));
            f.Broke(400, MachineFixture.Reset, flushed: 400);
            if (!f.State.IsEnded)
                f.Retry();
        }
    }

    [Fact]
    public void TheServerHasThemOnlyEveryOtherTime_TheRetriesEnd()
    {
        var f = Prepared(UploadProtocol.Tus, Tus);
        for (var retries = 0; !f.State.IsEnded; retries++)
        {
            retries.Should().BeLessThan(500);
            var has = retries % 2 == 0 ? 400 : 0; // what the node that is asked has
            f.On(new CheckpointDue(f.State.Attempt, has, has));
            f.Broke(has, MachineFixture.Reset, flushed: has);
            if (!f.State.IsEnded)
                f.Retry();
        }
    }

    [Fact]
    public void AllBytesAreThere_AndTheLengthIsStillToBeTold_IsNotDone()
    {
        var deferred = Tus with { Upload = Tus.Upload! with { LengthDeferred = true } };
        var f = Prepared(UploadProtocol.Tus, deferred);
        f.On(new CheckpointDue(2, 1000, 1000));
        f.Broke(1000, MachineFixture.Reset, flushed: 1000);

        f.Retry().From.Should().Be(1000);

        Machine(UploadProtocol.Tus).Recover([.. f.Journal.Where(j => j is not RetryScheduled)]).Begin().From.Should().Be(1000);
    }

    [Fact]
    public void Stopped_WhileItWasCreated_TheUploadIsNotForgotten()
    {
        var f = Machine(UploadProtocol.Tus);
        f.Begin();
        f.On(new StopAsked());

        f.On(new AttemptEnded(1, new AttemptPrepared(Tus))).Should().Equal(new Identified(Tus));

        f.Effect<Rest>();
        f.Begin().Identity.Should().Be(Tus);
    }

    [Fact]
    public void Post_StoppedWhileItWasPrepared_IsNotInDoubt()
    {
        var f = Machine(UploadProtocol.Plain, "POST");
        f.Begin();
        f.On(new StopAsked());

        f.On(new AttemptEnded(1, new AttemptPrepared(Post))).Should().BeEmpty();

        f.Effect<Rest>();
        f.Begin().Identity.Should().BeNull("nothing of it was sent");
    }

    [Fact]
    public void Post_StoppedWhileItConnected_IsNotInDoubt()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");
        f.On(new StopAsked());

        f.On(new AttemptEnded(2, new AttemptStopped(0, 0, 0) { NothingSent = true })).Should().Equal(new NothingSent());

        f.Begin().Identity.Should().BeNull("the next attempt is prepared anew, so that a crash in it leaves it in doubt");
        Machine(UploadProtocol.Plain, "POST").Recover([.. f.Journal]).Begin().Identity.Should().BeNull();
    }

    [Fact]
    public void Post_StoppedWhileItWasSent_IsInDoubt()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");
        f.On(new StopAsked());

        f.On(new AttemptEnded(2, new AttemptStopped(0, 0, 0))).Should().BeEmpty();

        f.Effect<Rest>();
        f.On(new Begin());
        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
    }

    [Fact]
    public void Post_RefusedWhileItWasStopped_HasFailedWithWhatTheServerSaid()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");
        f.On(new StopAsked());

        f.Broke(0, MachineFixture.NotFound);

        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(MachineFixture.NotFound.Code);
        f.Effects.Should().Contain(e => e is Finish).And.NotContain(e => e is Rest);
    }

    [Fact]
    public void Post_CouldNotConnectWhileItWasStopped_Rests()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");
        f.On(new StopAsked());

        f.Broke(0, Refused).Should().Equal(new NothingSent());

        f.Effect<Rest>();
        f.Begin().Identity.Should().BeNull();
    }

    [Fact]
    public void Post_CancelledWhileItIsRefused_IsCancelled()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");
        f.On(new CancelAsked(KeepPart: false));

        f.Broke(0, MachineFixture.NotFound);

        f.State.Outcome.Should().Be(new CancelledOutcome(false));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Post_TakenWhileItWasStopped_IsDone(long length)
    {
        var f = Prepared(UploadProtocol.Plain, Post with { Length = length }, "POST");
        f.On(new StopAsked());

        f.On(new AttemptEnded(2, new AttemptFinished(0, length, length, MachineFixture.Head(), Post with { Length = length })));

        f.Effect<Rest>();
        var again = Machine(UploadProtocol.Plain, "POST").Recover([.. f.Journal]);
        again.On(new Begin());
        again.Effects.Should().ContainSingle().Which.Should().BeOfType<RunPublish>().Which.Verified.Length.Should().Be(length);
    }

    [Fact]
    public void Cancelled_TheEffectNamesTheUpload()
    {
        var f = Prepared(UploadProtocol.Tus, Tus);
        f.On(new CancelAsked(KeepPart: false));

        f.Stopped(0);

        f.Effects.Should().Equal(new DiscardPart(Tus), new Finish(new CancelledOutcome(false)));
    }

    [Fact]
    public void Cancelled_CrashBeforeItWasRemoved_IsRemovedThen()
    {
        var f = Machine(UploadProtocol.Tus).Recover(new Identified(Tus), new Ended(new CancelledOutcome(false)));

        f.On(new Begin());

        f.Effects.Should().Equal(new DiscardPart(Tus), new Finish(new CancelledOutcome(false)));
    }

    [Fact]
    public void UploadLost_IsPreparedAnew_ButNotForEver()
    {
        var f = Prepared(UploadProtocol.Tus, Tus);
        for (var i = 0; i < 3; i++)
        {
            f.MustRestart(RestartReason.UploadLost).Should().Equal(new Restarted(RestartReason.UploadLost));
            f.Plan().Identity.Should().BeNull();
            f.On(new AttemptEnded(f.State.Attempt, new AttemptPrepared(Tus)));
        }

        f.MustRestart(RestartReason.UploadLost);

        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain("keeps no upload");
    }

    [Fact]
    public void Put_Restart_SaysThatItBeginsAnew_AndSendsTheSameSource()
    {
        var f = Machine(UploadProtocol.Plain).Recover(new Identified(Put));

        f.On(new Begin()).Should().Equal(new Restarted(RestartReason.SentFromStart));

        f.Plan().Identity.Should().Be(Put);
    }

    [Fact]
    public void Post_InterruptedWhileItWasSent_FailsAndSendsNothing()
    {
        var f = Machine(UploadProtocol.Plain, "POST").Recover(new Identified(Post));

        f.On(new Begin());

        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
        f.Effects.Should().NotContain(e => e is RunAttempt);
    }

    [Fact]
    public void Post_TakenBeforeTheCrash_IsDone()
    {
        var f = Machine(UploadProtocol.Plain, "POST").Recover(new Identified(Post), new Checkpointed(1000, 1000, "other-boot"));

        f.On(new Begin());

        f.Effect<RunVerify>();
    }

    [Fact]
    public void Post_NothingWasSent_IsTriedAgainAndPreparedAnew()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");

        f.Broke(0, Refused).Select(j => j.GetType()).Should().Equal(typeof(NothingSent), typeof(RetryScheduled));

        f.Retry().Identity.Should().BeNull("a crash in the next attempt must find it in doubt again");
        Machine(UploadProtocol.Plain, "POST").Recover([.. f.Journal]).State.Identity.Should().BeNull();
    }

    [Fact]
    public void Post_BrokenUnderWay_Fails()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");

        f.Broke(0, MachineFixture.Reset);

        f.State.Outcome.Should().BeOfType<FailedOutcome>();
    }

    [Fact]
    public void Failed_TriedAgain_IsPreparedAnew()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");
        f.Broke(0, MachineFixture.NotFound);

        f.Begin(again: true).Identity.Should().BeNull();
    }

    [Fact]
    public void Post_CancelledUnderWayAndTriedAgain_IsPreparedAnew()
    {
        var f = Prepared(UploadProtocol.Plain, Post, "POST");
        f.On(new CancelAsked(KeepPart: true));
        f.Stopped(0);
        f.State.Outcome.Should().Be(new CancelledOutcome(true));

        f.Begin(again: true).Identity.Should().BeNull("whoever tries it again wants it sent");
    }

    [Fact]
    public void Failed_WithBytesAtTheServer_TriedAgain_GoesOn()
    {
        var f = Prepared(UploadProtocol.Tus, Tus);
        f.On(new CheckpointDue(2, 400, 400));
        f.Broke(400, MachineFixture.NotFound, flushed: 400);
        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.BytesKept.Should().Be(400);
        f.Effects.Should().NotContain(e => e is DiscardPart);

        (f.Begin(again: true) is { From: 400 } plan && plan.Identity == Tus).Should().BeTrue();
    }

    private static MachineFixture Machine(UploadProtocol protocol, string method = "GET", string boot = MachineFixture.Boot) => new(
        new RequestOptions { Method = method, ExtraData = new FileData("/tmp/ferry-test/f") },
        new MemoryDestination(), boot, new ManualTimeProvider(), new UploadOptions { Protocol = protocol });

    private static MachineFixture Prepared(UploadProtocol protocol, ResourceIdentity identity, string method = "GET")
    {
        var f = Machine(protocol, method);
        f.Begin();
        f.On(new AttemptEnded(1, new AttemptPrepared(identity)));
        return f;
    }
}
