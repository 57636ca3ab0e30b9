using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Transfers;

/// <content>Attempts: where the next one goes on, what follows from how one ended.</content>
public sealed partial class TransferMachine
{
    private bool _attemptRuns;
    private bool _runResumed;
    private int _identifiedAttempt;

    // What the server took is not sent again, not even where it may be: what is left is to fetch its answer. Only a request that ends with its process has it.
    private Uri? _answerAt;

    private RetryOptions? Retries => _answerAt is null ? _retry : RetryDelays.ForUnsent(_request);

    private bool CanResume => State.Identity?.CanResume(_request.Options.TrustLength) == true;

    // Everything was received, or arrived at the server, and only the end was not journaled. A server that was not told an upload's length does not know it for whole.
    private bool Arrived => State.Written > 0 && State.Written == State.Identity?.Length
        && State.Identity is { ContentCoding: null, Upload: not { LengthDeferred: true } };

    private bool IsServersWord => State.Identity?.Upload is { CanContinue: true };

    // It may have been sent already, and must not be sent twice: the process ended, or it was paused, while it was on its way.
    private bool IsInDoubt => State.Identity?.Upload is { SendOnce: true };

    // Bytes that need not be fetched again, whatever happens now.
    private long Kept => CanResume ? State.Written : 0;

    private bool IsCurrent(int attempt) =>
        _attemptRuns && attempt == State.Attempt && State.Phase is TransferPhase.Probing or TransferPhase.Transferring;

    private bool IsStoppingAttempt(int attempt) => _attemptRuns && attempt == State.Attempt && State.Phase is TransferPhase.Stopping;

    private void SendAgain(Decision decision)
    {
        if (State.Identity?.Upload is { CanContinue: false } && !Arrived)
            decision.Add(new Restarted(RestartReason.SentFromStart));
        StartOrWait(decision);
    }

    private TransferError InDoubt() => new(
        ErrorCode.BodyCannotBeSentAgain, ErrorStage.Sending, ErrorSide.Caller,
        $"The {_request.Options.Method} was interrupted and the server may have taken it already, so it is not sent again: look there, then try it again, or mark it idempotent.");

    private void StartOrWait(Decision decision)
    {
        if (EarliestStart() is not { } time)
        {
            GoOn(decision);
            return;
        }
        Enter(TransferPhase.WaitingToRetry);
        decision.Do(new WakeAt(time));
    }

    // A journaled time may lie far ahead after the clock was set back: never wait longer than a retry may ask for.
    private DateTimeOffset? EarliestStart()
    {
        var now = _time.GetUtcNow();
        if (State.NotBefore is not { } notBefore || notBefore <= now)
            return null;
        var latest = now + RetryDelays.Longest(Retries ?? new RetryOptions());
        return notBefore < latest ? notBefore : latest;
    }

    private void GoOn(Decision decision)
    {
        if (Arrived)
        {
            // Everything is here already: the process ended between the last byte and the check.
            ResumeFrom(State.Written);
            Verify(State.Identity!, decision);
            return;
        }
        if (State.Written > 0 && !CanResume)
        {
            if (HandedOn)
            {
                FailRestart(RestartReason.NoValidator, decision);
                return;
            }
            decision.Add(new Restarted(RestartReason.NoValidator));
        }
        StartAttempt(decision);
    }

    // A version without bytes of it is of no use to a download; an upload was prepared with it.
    private void StartAttempt(Decision decision)
    {
        var from = State.Written;
        var number = State.Attempt + 1;
        var known = from == 0 && State.Identity?.Upload is null ? null : State.Identity;
        var plan = new AttemptPlan(number, _request, from, known, PreconditionFor(from))
        {
            AnswerAt = _answerAt,
            RetryLeft = Retries is { } retry && State.RetriesSinceProgress < retry.MaxRetries,
        };
        _mostKept = Math.Max(_mostKept, from);
        _attemptRuns = true;
        ResumeFrom(from);
        State = State with
        {
            Phase = TransferPhase.Probing,
            Attempt = number,
            Plan = plan,
            NotBefore = null,
        };
        decision.Do(new RunAttempt(plan));
    }

    // Told is where the run went on, not where its later attempts did.
    private void ResumeFrom(long offset)
    {
        if (!_runResumed)
            State = State with { ResumedFrom = offset };
        _runResumed = true;
    }

    private Precondition PreconditionFor(long from)
    {
        if (from == 0 || State.Identity is not { IsStrong: true } identity)
            return Precondition.None;
        return _useIfMatch && identity.StrongETag is not null ? Precondition.IfMatch : Precondition.IfRange;
    }

    private void OnIdentified(AttemptIdentified input, Decision decision)
    {
        Identify(input.Identity, decision);
        if (State.Phase is TransferPhase.Probing)
            Enter(TransferPhase.Transferring);
    }

    private void Identify(ResourceIdentity identity, Decision decision)
    {
        // A continued body is of the known version (rule 13 saw to that): only what was not told before may be learned from it.
        var known = State.Plan?.From > 0 && identity.Upload is null ? State.Identity : null;
        _identifiedAttempt = State.Attempt;
        var now = known is null ? identity : known with
        {
            Length = known.Length ?? identity.Length,
            ReprDigest = known.ReprDigest ?? identity.ReprDigest,
            FileName = known.FileName ?? identity.FileName,
        };
        if (now != State.Identity)
            decision.Add(new Identified(now));
    }

    private void Checkpoint(long written, long flushed, Decision decision)
    {
        // Bytes count only once it is journaled which version they are of.
        if (State.Plan is { From: 0, Identity: null } && _identifiedAttempt != State.Attempt)
            return;
        // A part file never shrinks; how much a server has of an upload only the server knows, and it may have lost some.
        var safe = IsServersWord ? flushed : Math.Max(flushed, State.Flushed);
        var reached = IsServersWord ? written : Math.Max(Math.Max(written, State.Written), safe);
        if (reached != State.Written || safe != State.Flushed)
            decision.Add(new Checkpointed(reached, safe, _settings.BootId));
    }

    // After a flush that failed, the kernel takes the pages for clean, and the next flush succeeds without them: they do not count (rule 44).
    private void CheckpointLast(AttemptResult result, Decision decision)
    {
        if (result is not AttemptBroke { FlushFailed: true })
            Checkpoint(result.Written, result.Flushed, decision);
        else if (State.Written > State.Flushed)
            decision.Add(new Checkpointed(State.Flushed, State.Flushed, _settings.BootId));
    }

    private void OnAttemptEnded(AttemptResult result, Decision decision)
    {
        _attemptRuns = false;
        _answerAt ??= result.AnswerAt;
        State = State with { Received = State.Received + result.Received, Sent = State.Sent + result.Sent };
        if (State.Phase is TransferPhase.Stopping)
        {
            OnAttemptStopped(result, decision);
            return;
        }
        switch (result)
        {
            case AttemptFinished whole:
                Identify(whole.Identity, decision);
                Checkpoint(whole.Written, whole.Flushed, decision);
                Verify(State.Identity!, decision);
                break;
            case AttemptPrepared ready:
                Identify(ready.Identity, decision);
                StartAttempt(decision);
                break;
            case AttemptMustRestart restart:
                RestartFromZero(restart.Reason, decision);
                break;
            case AttemptWantsIfMatch when State.Plan!.Precondition is Precondition.IfRange && State.Identity?.StrongETag is not null:
                _useIfMatch = true;
                StartAttempt(decision);
                break;
            case AttemptWantsIfMatch:
                RestartFromZero(RestartReason.RangesIgnored, decision);
                break;
            case AttemptBroke broke:
                RetryOrFail(broke, broke.Error, broke.RetryAfter, decision);
                break;
            default:
                RetryOrFail(result, Unexpected("The attempt was stopped by nobody's wish.", ErrorStage.Receiving), null, decision);
                break;
        }
    }

    // What came before the stop is kept.
    private void OnAttemptStopped(AttemptResult result, Decision decision)
    {
        if (IsInDoubt && _intent is Intent.Stop && result is AttemptBroke { Error: var error } && !IsUnsent(result))
        {
            End(new FailedOutcome(error), decision);
            return;
        }
        if (result is AttemptFinished whole)
            Identify(whole.Identity, decision);
        // An upload that was created is not forgotten; of a plain one nothing was sent, and nothing is to be remembered.
        else if (result is AttemptPrepared { Identity: { Upload.CanContinue: true } created })
            Identify(created, decision);
        if (_intent is not Intent.Cancel && result is not AttemptMustRestart)
            CheckpointLast(result, decision);
        if (_intent is Intent.Stop && result is AttemptFinished { Identity.Upload: not null })
            decision.Add(new Verified(result.Written, null, null));
        ForgetWhatWasNotSent(result, decision);
        EndStopped(decision);
    }

    private void ForgetWhatWasNotSent(AttemptResult result, Decision decision)
    {
        if (IsInDoubt && IsUnsent(result))
            decision.Add(new NothingSent());
    }

    private bool IsUnsent(AttemptResult result) =>
        result is AttemptStopped or AttemptBroke && result.NothingSent
        || (result is AttemptBroke { Error: var error } && RetryDelays.IsUnsent(error));

    private void Verify(ResourceIdentity identity, Decision decision)
    {
        Enter(TransferPhase.Verifying);
        decision.Do(new RunVerify(identity));
    }

    private void RetryOrFail(AttemptResult result, TransferError error, TimeSpan? retryAfter, Decision decision)
    {
        CheckpointLast(result, decision);
        // Progress is what need not be fetched again; bytes of a version without a validator are none, or this would go on for ever.
        var retries = Kept > _mostKept ? 0 : State.RetriesSinceProgress;
        if (!error.RetryCanHelp || (Retries ?? (IsUnsent(result) ? RetryDelays.ForUnsent(_request) : null)) is not { } options || retries >= options.MaxRetries)
        {
            var kept = _request.IsDurable && result is not AttemptBroke { BytesAreWrong: true } ? Kept : 0;
            End(new FailedOutcome(error with { BytesKept = kept }), decision);
            return;
        }
        ForgetWhatWasNotSent(result, decision);
        var delay = RetryDelays.Delay(options, retries + 1, retryAfter, _random);
        decision.Add(new RetryScheduled(retries + 1, _time.GetUtcNow() + delay, error, retryAfter is not null));
        Enter(TransferPhase.WaitingToRetry);
        decision.Do(new WakeAt(State.NotBefore!.Value));
    }

    // Chunks that were handed on cannot be taken back, so what follows must be of the same version.
    private bool HandedOn => _request.Destination is ChunkDestination && State.Written > 0;

    private void RestartFromZero(RestartReason reason, Decision decision)
    {
        if (HandedOn || State.Restarts >= _settings.MaxRestarts)
        {
            FailRestart(reason, decision);
            return;
        }
        decision.Add(new Restarted(reason));
        State = State with { Restarts = State.Restarts + 1 };
        StartAttempt(decision);
    }

    private void FailRestart(RestartReason reason, Decision decision)
    {
        var why = reason switch
        {
            RestartReason.ResourceChanged => "the server has another version now",
            RestartReason.NoValidator => "the server names no version that the bytes could be told by",
            RestartReason.RangesIgnored => "the server answers range requests with the whole body",
            RestartReason.RangeMangled => "the server sends other bytes than were asked for",
            RestartReason.UploadLost => "the server keeps no upload that was begun",
            _ => "the part file is gone",
        };
        var message = HandedOn
            ? $"The transfer cannot go on after byte {State.Written}: {why}, and the bytes so far were handed on already."
            : $"The transfer was restarted from zero {State.Restarts} times and cannot go on: {why}.";
        End(new FailedOutcome(new TransferError(ErrorCode.CannotResume, ErrorStage.Answering, ErrorSide.Remote, message)), decision);
    }
}
