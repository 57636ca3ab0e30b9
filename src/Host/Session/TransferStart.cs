using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Host.Session;

/// <summary>What to do next to bring a transfer on its way.</summary>
internal abstract record StartStep;

/// <summary>Send these to the supervisor, in order.</summary>
internal sealed record Send(params IReadOnlyList<object> Messages) : StartStep;

/// <summary>It runs, or waits for its slot.</summary>
/// <param name="Known">What is known of it from before, or null for a new one.</param>
/// <param name="Notes">What the caller should know.</param>
/// <param name="Also">Send these too; their replies do not matter.</param>
internal sealed record Follow(TransferStatus? Known, IReadOnlyList<string> Notes, IReadOnlyList<object> Also) : StartStep;

/// <summary>It is complete already: see whether it still is what is asked for.</summary>
/// <param name="Outcome">How it ended.</param>
internal sealed record CheckFreshness(CompletedOutcome Outcome) : StartStep;

/// <summary>It cannot be started.</summary>
/// <param name="Errors">Why.</param>
internal sealed record Refuse(IReadOnlyList<TransferError> Errors) : StartStep;

/// <summary>
/// Brings one transfer on its way, whatever an earlier run left: nothing, an unfinished one, a failed one that kept bytes, a complete one.
/// Decides from the supervisor's replies and does nothing itself.
/// </summary>
/// <param name="request">The request, with its id.</param>
/// <param name="subscription">What the caller wants to be told.</param>
/// <param name="anew">Whether what an earlier run left is dropped, and all begun anew.</param>
internal sealed class TransferStart(TransferRequest request, Subscription subscription, bool anew = false)
{
    private readonly TransferId _id = TransferId.Parse(request.Id!);
    private TransferRejected? _rejection;
    private TransferAccepted? _accepted;
    private TransferStatus? _known;
    private bool _resuming;
    private bool _renewing;
    private CommandDone? _renewed;
    private bool _cancelling;
    private bool _removing;
    private bool _removed;
    private bool _dropsBytes;

    private ExistingTarget? IfExists => (request.Destination as FileDestination)?.IfExists;

    // Where the options given now ask for other content, an unfinished one goes on with those it has, for to begin anew would lose what it kept.
    private IReadOnlyList<string> Notes => (_rejection, _renewed) switch
    {
        (null, _) => _accepted?.Warnings ?? [],
        (_, { Note: var warnings }) => warnings is null ? [Renewed] : [warnings, Renewed],
        _ => [$"goes on with the options it was started with; to change them, run 'ferry cancel {_id}' first"],
    };

    private const string Renewed = "goes on with the options given now";

    private const string Dropped = "begins anew with the options given now: what an earlier run kept under other options is dropped";

    /// <summary>The first message.</summary>
    public object First => new StartTransfer(request, subscription);

    /// <summary>What follows from a reply; null for one that means nothing here.</summary>
    /// <param name="reply">The supervisor's reply.</param>
    public StartStep? Next(object reply) => reply switch
    {
        TransferAccepted { AlreadyKnown: false } accepted => new Follow(null, _dropsBytes ? [.. accepted.Warnings, Dropped] : accepted.Warnings, []),
        TransferAccepted accepted => Ask(accepted),
        TransferRejected rejected => Ask(rejected),
        TransferUnknown => Refused(),
        TransferStatus status => AfterStatus(status),
        // Where the cancel came too late, it has ended on its own.
        CommandDone or CommandRejected when _cancelling => StartAnew(),
        CommandDone when _removing => StartRemoved(),
        CommandDone done when _renewing => FollowRenewed(done),
        CommandRejected when _renewing => GoOnOtherwise(_known!),
        CommandDone when _resuming => FollowResumed(),
        CommandRejected when _resuming => StartAnew(),
        CommandRejected rejected when _removed => new Refuse([rejected.Error]),
        _ => null,
    };

    /// <summary>Forgets what an earlier run left and begins again.</summary>
    public StartStep StartAnew()
    {
        if (_removed)
            return Refused();
        (_removed, _removing, _resuming, _renewing, _cancelling) = (true, true, false, false, false);
        return new Send(new RemoveTransfer(_id));
    }

    private StartStep StartAnewWithOtherOptions(TransferStatus status)
    {
        _dropsBytes = status.Outcome is FailedOutcome { Error.BytesKept: > 0 };
        return StartAnew();
    }

    private Send StartRemoved()
    {
        (_removing, _accepted, _rejection, _known) = (false, null, null, null);
        return new Send(First);
    }

    private Send Ask(TransferAccepted accepted)
    {
        _accepted = accepted;
        return new Send(new GetTransfer(_id));
    }

    private StartStep Ask(TransferRejected rejected)
    {
        _rejection = rejected;
        return _removed ? Refused() : new Send(new GetTransfer(_id));
    }

    private StartStep AfterStatus(TransferStatus status)
    {
        _known = status;
        return status switch
        {
            { Phase: TransferPhase.Completed or TransferPhase.Failed or TransferPhase.Cancelled } when anew => StartAnew(),
            _ when anew => Cancel(),
            // Whoever says --force wants the file fetched, not looked at.
            { Phase: TransferPhase.Completed } when IfExists is ExistingTarget.Replace => StartAnew(),
            { Phase: TransferPhase.Completed, Outcome: CompletedOutcome outcome } => new CheckFreshness(outcome),
            { Phase: TransferPhase.Failed or TransferPhase.Cancelled or TransferPhase.Paused } => _rejection is null ? Resume() : Renew(),
            _ when _rejection is not null => new Follow(status, Notes, [.. PriorityIfOther(status), new Subscribe(_id, subscription)]),
            _ => new Follow(status, Notes, PriorityIfOther(status)),
        };
    }

    private Send Cancel()
    {
        _cancelling = true;
        return new Send(new CancelTransfer(_id));
    }

    private Send Resume()
    {
        _resuming = true;
        return new Send(new ResumeTransfer(_id));
    }

    // As where a token expired: it goes on with this request, where that asks for the same content.
    private Send Renew()
    {
        _renewing = true;
        return new Send(new ResumeTransfer(_id, request));
    }

    private Follow FollowRenewed(CommandDone done)
    {
        _renewed = done;
        return FollowResumed();
    }

    private StartStep GoOnOtherwise(TransferStatus status)
    {
        _renewing = false;
        return status.Phase is TransferPhase.Paused ? Resume() : StartAnewWithOtherOptions(status);
    }

    // Whoever subscribes to a transfer that has ended is told its end and nothing more: so it is resumed first.
    private Follow FollowResumed() => new(_known, Notes, [new Subscribe(_id, subscription), .. PriorityIfOther(_known!)]);

    private object[] PriorityIfOther(TransferStatus status) => status.Priority.Value == request.Options.Priority
        ? []
        : [new ChangePriority(_id, request.Options.Priority)];

    private Refuse Refused() => new(_rejection?.Errors
        ?? [new TransferError(ErrorCode.Unknown, ErrorStage.Validating, ErrorSide.Local, $"The transfer {_id} was lost from the journal.")]);
}
