using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Transfers;

/// <summary>
/// The state machine of one transfer: decides what follows from what happened, and does nothing itself. Its shell journals the facts of a
/// decision, then carries out the effects in order, and hands in no other input meanwhile; a decision of <see cref="Checkpointed"/> alone
/// may be journaled while others go on. Not thread-safe.
/// </summary>
public sealed partial class TransferMachine
{
    private readonly ValidatedRequest _request;
    private readonly TransferSettings _settings;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly RetryOptions? _retry;
    private Intent _intent;
    private bool _useIfMatch;
    private long _mostKept;

    /// <summary>Makes the machine of a transfer that has not begun.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">The engine's settings, the kernel's boot id among them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">The source of chance, for the jitter of retries.</param>
    public TransferMachine(ValidatedRequest request, TransferSettings settings, TimeProvider time, Random random)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        _request = request;
        _settings = settings;
        _time = time;
        _random = random;
        _retry = RetryDelays.For(request);
    }

    private enum Intent
    {
        None,
        Stop,
        Cancel,
        CancelKeepingPart,
    }

    /// <summary>Where the transfer stands now.</summary>
    public TransferState State { get; private set; } = new();

    /// <summary>Replays a journaled fact; before the first input only.</summary>
    /// <param name="fact">The fact.</param>
    public void Recover(TransferFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        State = State.With(fact, _settings.BootId);
    }

    /// <summary>Decides what follows from an input. The state takes the decision's facts at once.</summary>
    /// <param name="input">What happened.</param>
    /// <returns>The facts to journal and the effects to carry out then; <see cref="TransferDecision.Nothing"/> for a late input.</returns>
    public TransferDecision Handle(TransferInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var decision = new Decision(this);
        switch (input)
        {
            case Begin i: OnBegin(i, decision); break;
            case AttemptIdentified i when IsCurrent(i.Attempt) || IsStoppingAttempt(i.Attempt): OnIdentified(i, decision); break;
            case CheckpointDue i when IsCurrent(i.Attempt): Checkpoint(i.Written, i.Flushed, decision); break;
            case AttemptEnded i when IsCurrent(i.Attempt) || IsStoppingAttempt(i.Attempt): OnAttemptEnded(i.Result, decision); break;
            case RetryDue when State.Phase is TransferPhase.WaitingToRetry: StartOrWait(decision); break;
            case VerifyEnded i when State.Phase is TransferPhase.Verifying: OnVerified(i.Result, decision); break;
            case VerifyEnded i when State.Phase is TransferPhase.Stopping && !_attemptRuns: OnVerifyStopped(i.Result, decision); break;
            case PublishEnded i when State.Phase is TransferPhase.Publishing: OnPublished(i.Result, decision); break;
            case CancelAsked i: OnCancel(i, decision); break;
            case StopAsked: OnStop(decision); break;
        }
        return decision.ToTransferDecision();
    }

    private void OnBegin(Begin begin, Decision decision)
    {
        if (State.Outcome is { } outcome && !(begin.Again && CanReopen(outcome)))
        {
            // A crash between the outcome and what it asks for is made good here: both can be done twice.
            FinishAs(outcome, decision);
            return;
        }
        if (!State.IsEnded && State.Phase is not (TransferPhase.Queued or TransferPhase.Paused))
            return;
        if (begin.Again)
            decision.Add(new Reopened());
        _intent = Intent.None;
        (_runResumed, _mostKept) = (false, 0);
        State = State with { Restarts = 0, Received = 0, Sent = 0, ResumedFrom = 0 };
        if (State.Verified is { } verified)
            Publish(verified, decision);
        else if (!IsInDoubt || Arrived)
            SendAgain(decision);
        else
            End(new FailedOutcome(InDoubt()), decision);
    }

    private static bool CanReopen(TransferOutcome outcome) => outcome is FailedOutcome or CancelledOutcome { PartKept: true };

    private void OnCancel(CancelAsked cancel, Decision decision)
    {
        // Cancel goes before stop; of two cancels the first one counts.
        var intent = cancel.KeepPart ? Intent.CancelKeepingPart : Intent.Cancel;
        if (State.Outcome is { } outcome)
        {
            CancelEnded(outcome, cancel.Again, intent, decision);
            return;
        }
        switch (State.Phase)
        {
            case TransferPhase.Queued or TransferPhase.Paused when State.Verified is { } verified:
                // The rename may have been done before a crash: then a cancel comes too late, and publishing says how it ended.
                _intent = intent;
                Publish(verified, decision);
                break;
            case TransferPhase.Publishing when _intent is Intent.None or Intent.Stop:
                _intent = intent;
                break;
            case TransferPhase.Queued or TransferPhase.Paused or TransferPhase.WaitingToRetry:
                _intent = intent;
                EndStopped(decision);
                break;
            case TransferPhase.Probing or TransferPhase.Transferring or TransferPhase.Verifying:
                StopWorkFor(intent, decision);
                break;
            case TransferPhase.Stopping when _intent is Intent.Stop:
                _intent = intent;
                break;
        }
    }

    // Cancelled before it began its next life, which is then over; without one, it ended as it did.
    private void CancelEnded(TransferOutcome outcome, bool again, Intent intent, Decision decision)
    {
        if (!again || !CanReopen(outcome))
        {
            FinishAs(outcome, decision);
            return;
        }
        decision.Add(new Reopened());
        _intent = intent;
        EndStopped(decision);
    }

    private void OnStop(Decision decision)
    {
        switch (State.Phase)
        {
            // One that rests already says so again: whoever asks waits for the answer.
            case TransferPhase.Queued or TransferPhase.Paused or TransferPhase.WaitingToRetry:
                _intent = Intent.Stop;
                EndStopped(decision);
                break;
            case TransferPhase.Probing or TransferPhase.Transferring or TransferPhase.Verifying:
                StopWorkFor(Intent.Stop, decision);
                break;
            case TransferPhase.Publishing when _intent is Intent.None:
                _intent = Intent.Stop;
                break;
        }
    }

    private void StopWorkFor(Intent intent, Decision decision)
    {
        _intent = intent;
        Enter(TransferPhase.Stopping);
        decision.Do(new StopWork());
    }

    // The I/O is closed (or none ran): carry out what was asked for.
    private void EndStopped(Decision decision)
    {
        if (_intent is Intent.Stop)
        {
            Enter(TransferPhase.Paused);
            decision.Do(new Rest());
            return;
        }
        End(new CancelledOutcome(_intent is Intent.CancelKeepingPart && _request.IsDurable), decision);
    }

    private void OnVerified(VerifyResult result, Decision decision)
    {
        if (result.Verified is { } verified)
        {
            decision.Add(verified);
            Publish(verified, decision);
        }
        else if (result.Restart is { } reason)
            RestartFromZero(reason, decision);
        else
            End(new FailedOutcome(result.Error ?? Unexpected("The check was stopped by nobody's wish.", ErrorStage.Verifying)), decision);
    }

    private void OnVerifyStopped(VerifyResult result, Decision decision)
    {
        if (_intent is Intent.Stop && result.Verified is { } verified)
            decision.Add(verified);
        EndStopped(decision);
    }

    private void OnPublished(PublishResult result, Decision decision)
    {
        var verified = State.Verified!;
        if (result.Restart is { } lost && _intent is not Intent.None)
        {
            decision.Add(new Restarted(lost));
            EndStopped(decision);
        }
        else if (result.Restart is { } reason)
            RestartFromZero(reason, decision);
        else if (result.Error is not null && _intent is Intent.Cancel or Intent.CancelKeepingPart)
            EndStopped(decision);
        else if (result.Error is { } error)
            End(new FailedOutcome(error with { BytesKept = verified.Length }), decision);
        else
            End(new CompletedOutcome(verified.Length, verified.Sha256, result.Path) { Identity = State.Identity }, decision);
    }

    private void Publish(Verified verified, Decision decision)
    {
        Enter(TransferPhase.Publishing);
        decision.Do(new RunPublish(verified));
    }

    private void End(TransferOutcome outcome, Decision decision)
    {
        decision.Add(new Ended(outcome));
        FinishAs(outcome, decision);
    }

    private void FinishAs(TransferOutcome outcome, Decision decision)
    {
        if (!TransferState.LeavesPart(outcome))
            decision.Do(new DiscardPart(State.Identity?.Upload is null ? null : State.Identity));
        decision.Do(new Finish(outcome));
    }

    private void Enter(TransferPhase phase) => State = State with { Phase = phase };

    private static TransferError Unexpected(string message, ErrorStage stage) =>
        new(ErrorCode.Unknown, stage, ErrorSide.Local, message) { RetryCanHelp = true };

    /// <summary>Collects facts and effects; a fact changes the state as it is added.</summary>
    private sealed class Decision(TransferMachine machine)
    {
        private List<TransferFact>? _facts;
        private List<TransferEffect>? _effects;

        public void Add(TransferFact fact)
        {
            (_facts ??= []).Add(fact);
            if (fact is Restarted)
                machine._mostKept = 0;
            machine.State = machine.State.With(fact, machine._settings.BootId);
        }

        public void Do(TransferEffect effect) => (_effects ??= []).Add(effect);

        public TransferDecision ToTransferDecision() => _facts is null && _effects is null
            ? TransferDecision.Nothing
            : new TransferDecision(_facts ?? [], _effects ?? []);
    }
}
