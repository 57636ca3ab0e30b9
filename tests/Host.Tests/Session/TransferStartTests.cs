using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Host.Session;

namespace Ferry.Host.Tests.Session;

public sealed class TransferStartTests
{
    private static readonly TransferId Id = TransferId.Parse("id");
    private static readonly TransferError Reason = new(ErrorCode.ParameterError, ErrorStage.Validating, ErrorSide.Caller, "Another request has this id.");

    [Fact]
    public void New_IsFollowed()
    {
        var start = Start();

        start.First.Should().BeOfType<StartTransfer>().Which.Subscription!.Events.Should().Be(EventKinds.State);
        start.Next(Accepted(known: false)).Should().BeOfType<Follow>().Which.Notes.Should().Equal("note");
    }

    [Theory]
    [InlineData(TransferPhase.Queued)]
    [InlineData(TransferPhase.Transferring)]
    [InlineData(TransferPhase.WaitingToRetry)]
    public void Unfinished_GoesOn(TransferPhase phase)
    {
        var start = Start();
        start.Next(Accepted(known: true, phase)).Should().BeOfType<Send>().Which.Messages.Should().Equal(new GetTransfer(Id));

        var follow = start.Next(Status(phase)).Should().BeOfType<Follow>().Which;

        follow.Known.Should().Be(Status(phase));
        follow.Also.Should().BeEmpty();
    }

    [Fact]
    public void Unfinished_OtherPriority_IsChanged()
    {
        var start = Start(priority: 7);
        start.Next(Accepted(known: true));

        start.Next(Status(TransferPhase.Queued)).Should().BeOfType<Follow>().Which.Also.Should().Equal(new ChangePriority(Id, 7));
    }

    [Theory]
    [InlineData(TransferPhase.Failed)]
    [InlineData(TransferPhase.Cancelled)]
    [InlineData(TransferPhase.Paused)]
    public void EndedBefore_IsTriedAgainFromWhatWasKept(TransferPhase phase)
    {
        var start = Start();
        start.Next(Accepted(known: true, phase));

        start.Next(Status(phase)).Should().BeOfType<Send>().Which.Messages.Should().Equal(new ResumeTransfer(Id));
        var follow = start.Next(new CommandDone(Id, TransferPhase.Queued)).Should().BeOfType<Follow>().Which;
        follow.Known.Should().Be(Status(phase));
        follow.Also.Should().Equal(new Subscribe(Id, new Subscription(EventKinds.State)));
    }

    [Fact]
    public void EndedBefore_CannotBeResumed_StartsAnewOnce()
    {
        var start = Start();
        start.Next(Accepted(known: true, TransferPhase.Cancelled));
        start.Next(Status(TransferPhase.Cancelled));

        start.Next(new CommandRejected(Id, Reason)).Should().BeOfType<Send>().Which.Messages.Should().Equal(new RemoveTransfer(Id));
        start.Next(new CommandRejected(Id, Reason)).Should().BeOfType<Refuse>().Which.Errors.Should().Equal(Reason);
    }

    [Fact]
    public void Complete_IsLookedAfter()
    {
        var start = Start();
        start.Next(Accepted(known: true, TransferPhase.Completed));
        var outcome = new CompletedOutcome(5, null, "/f");

        start.Next(Status(TransferPhase.Completed, outcome)).Should().Be(new CheckFreshness(outcome));
    }

    [Fact]
    public void Complete_Force_IsFetchedAgain()
    {
        var start = Start(ExistingTarget.Replace);
        start.Next(new TransferRejected("id", [Reason]));

        start.Next(Status(TransferPhase.Completed, new CompletedOutcome(5, null, "/f"))).Should().BeOfType<Send>()
            .Which.Messages.Should().Equal(new RemoveTransfer(Id));
        start.Next(new CommandDone(Id, TransferPhase.Completed)).Should().BeOfType<Send>().Which.Messages.Should().Equal(start.First);
        start.Next(Accepted(known: false)).Should().BeOfType<Follow>();
    }

    [Fact]
    public void OtherOptions_Unfinished_GoesOnWithTheOldOnesAndSaysSo()
    {
        var start = Start(priority: 9);
        start.Next(new TransferRejected("id", [Reason])).Should().BeOfType<Send>().Which.Messages.Should().Equal(new GetTransfer(Id));

        var follow = start.Next(Status(TransferPhase.Queued)).Should().BeOfType<Follow>().Which;

        follow.Notes.Should().ContainSingle().Which.Should().Contain("ferry cancel id");
        follow.Also.Should().Equal(new ChangePriority(Id, 9), new Subscribe(Id, new Subscription(EventKinds.State)));
    }

    [Theory]
    [InlineData(TransferPhase.Failed)]
    [InlineData(TransferPhase.Cancelled)]
    [InlineData(TransferPhase.Paused)]
    public void OtherOptions_SameContent_GoesOnWithThemAndSaysSo(TransferPhase phase)
    {
        var start = Start(priority: 9);
        start.Next(new TransferRejected("id", [Reason]));
        start.Next(Status(phase)).Should().BeOfType<Send>().Which.Messages.Should().Equal(new ResumeTransfer(Id, ((StartTransfer)start.First).Request));

        var follow = start.Next(new CommandDone(Id, TransferPhase.Queued) { Note = "maxLimit is clamped." }).Should().BeOfType<Follow>().Which;

        follow.Known.Should().Be(Status(phase));
        follow.Notes.Should().Equal("maxLimit is clamped.", "goes on with the options given now");
        follow.Also.Should().Equal(new Subscribe(Id, new Subscription(EventKinds.State)), new ChangePriority(Id, 9));
    }

    [Theory]
    [InlineData(TransferPhase.Failed)]
    [InlineData(TransferPhase.Cancelled)]
    public void OtherOptions_OtherContent_OfOneThatEnded_StartsAnewWithThem(TransferPhase phase)
    {
        var start = Start();
        start.Next(new TransferRejected("id", [Reason]));
        start.Next(Status(phase));

        start.Next(new CommandRejected(Id, Reason)).Should().BeOfType<Send>().Which.Messages.Should().Equal(new RemoveTransfer(Id));
        start.Next(new CommandDone(Id, phase)).Should().BeOfType<Send>().Which.Messages.Should().Equal(start.First);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(5, true)]
    public void OtherOptions_OtherContent_BytesWereKept_SaysThatTheyAreDropped(long kept, bool told)
    {
        var start = Start();
        start.Next(new TransferRejected("id", [Reason]));
        start.Next(Status(TransferPhase.Failed, new FailedOutcome(Reason with { BytesKept = kept })));
        start.Next(new CommandRejected(Id, Reason));
        start.Next(new CommandDone(Id, TransferPhase.Failed));

        var follow = start.Next(Accepted(known: false)).Should().BeOfType<Follow>().Which;

        follow.Notes.Any(n => n.Contains("dropped", StringComparison.Ordinal)).Should().Be(told);
    }

    [Fact]
    public void OtherOptions_OtherContent_Held_GoesOnWithTheOldOnesAndSaysSo()
    {
        var start = Start();
        start.Next(new TransferRejected("id", [Reason]));
        start.Next(Status(TransferPhase.Paused));
        start.Next(new CommandRejected(Id, Reason)).Should().BeOfType<Send>().Which.Messages.Should().Equal(new ResumeTransfer(Id));

        var follow = start.Next(new CommandDone(Id, TransferPhase.Queued)).Should().BeOfType<Follow>().Which;

        follow.Notes.Should().ContainSingle().Which.Should().Contain("ferry cancel id");
        follow.Also.Should().Equal(new Subscribe(Id, new Subscription(EventKinds.State)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Anew_Unfinished_IsCancelledRemovedAndStarted(bool cancelComesInTime)
    {
        var start = Start(anew: true);
        start.Next(new TransferRejected("id", [Reason]));

        start.Next(Status(TransferPhase.Paused)).Should().BeOfType<Send>().Which.Messages.Should().Equal(new CancelTransfer(Id));
        object cancelled = cancelComesInTime ? new CommandDone(Id, TransferPhase.Cancelled) : new CommandRejected(Id, Reason);
        start.Next(cancelled).Should().BeOfType<Send>().Which.Messages.Should().Equal(new RemoveTransfer(Id));
        start.Next(new CommandDone(Id, TransferPhase.Cancelled)).Should().BeOfType<Send>().Which.Messages.Should().Equal(start.First);
        start.Next(Accepted(known: false)).Should().BeOfType<Follow>();
    }

    [Theory]
    [InlineData(TransferPhase.Completed)]
    [InlineData(TransferPhase.Failed)]
    [InlineData(TransferPhase.Cancelled)]
    public void Anew_Ended_IsRemovedAndStarted(TransferPhase phase)
    {
        var start = Start(anew: true);
        start.Next(Accepted(known: true, phase));

        start.Next(Status(phase, new CompletedOutcome(5, null, null))).Should().BeOfType<Send>().Which.Messages.Should().Equal(new RemoveTransfer(Id));
    }

    [Fact]
    public void Rejected_Unknown_IsRefusedWithEveryReason()
    {
        var start = Start();
        start.Next(new TransferRejected("id", [Reason, Reason with { Message = "And the queue is full." }]));

        start.Next(new TransferUnknown(Id)).Should().BeOfType<Refuse>().Which.Errors.Should().HaveCount(2);
    }

    private static TransferStart Start(ExistingTarget ifExists = ExistingTarget.Fail, int priority = 1, bool anew = false) => new(
        new TransferRequest
        {
            Id = "id",
            Url = "http://a/f",
            Options = new RequestOptions { Priority = priority },
            Destination = new FileDestination("/f") { IfExists = ifExists },
        },
        new Subscription(EventKinds.State),
        anew);

    private static TransferAccepted Accepted(bool known, TransferPhase phase = TransferPhase.Queued) => new(Id, phase, known, ["note"]);

    private static TransferStatus Status(TransferPhase phase, TransferOutcome? outcome = null) =>
        new(Id, phase, new Priority(1), "http://a/f", "/f", 3, 5, outcome);
}
