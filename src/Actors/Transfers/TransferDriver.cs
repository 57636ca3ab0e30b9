using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Telemetry;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Transfers;

/// <summary>What carries a <see cref="TransferDriver"/>: an actor with a journal or without.</summary>
internal interface ITransferShell
{
    /// <summary>The actor, to which I/O reports.</summary>
    IActorRef Ref { get; }

    /// <summary>Journals facts, then goes on.</summary>
    void Persist(IReadOnlyList<TransferFact> facts, Action then);

    /// <summary>Journals a checkpoint while other things go on.</summary>
    void PersistAside(Checkpointed fact);

    /// <summary>The transfer rests or is over: stop, where nothing is left to keep.</summary>
    void Stop(bool over);
}

/// <summary>
/// Carries one <see cref="TransferMachine"/>: journals its facts, tells them, carries out its effects, hands it what the I/O reports. All
/// but the listener's calls run on the actor's thread.
/// </summary>
internal sealed class TransferDriver
{
    private readonly TransferSetup _setup;
    private readonly ITransferShell _shell;
    private readonly TransferMachine _machine;
    private readonly TransferTelemetry _telemetry;
    private readonly Queue<TransferInput> _waiting = new();
    private readonly Queue<TransferEffect> _effects = new();
    private ITransferWork? _work;
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource? _stopWork;
    private RetryScheduled? _retry;
    private AttemptFinished? _finished;
    private long _finishedAt;
    private ReadOnlyMemory<byte> _body;
    private Task? _closing;
    private bool _busy;
    private bool _isOver;

    public TransferDriver(TransferSetup setup, ITransferShell shell)
    {
        _setup = setup;
        _shell = shell;
        _setup.Close = CloseAsync;
        _telemetry = new TransferTelemetry(setup.Request, setup.Time);
        _machine = new TransferMachine(setup.Request, setup.Settings, setup.Time, setup.Random);
    }

    private TransferFeed Feed => _setup.Feed;

    /// <summary>Replays a journaled fact.</summary>
    public void Recover(TransferFact fact)
    {
        _machine.Recover(fact);
        if (fact is RetryScheduled retry)
            _retry = retry;
        Feed.Note(_machine.State.Written, null);
        Feed.SetTotal(_machine.State.Identity?.Length);
    }

    /// <summary>Takes what the supervisor or the I/O says. False where it is none of these.</summary>
    public bool Receive(object message)
    {
        if (_isOver)
            return true;
        switch (message)
        {
            case SlotGranted granted:
                Handle(_machine.State.Phase is TransferPhase.WaitingToRetry ? new RetryDue() : new Begin(IsReopened(granted.Reopens)));
                return true;
            case CancelNow cancel:
                Handle(new CancelAsked(cancel.KeepPart, IsReopened(cancel.Reopens)));
                return true;
            case StopNow:
                Handle(new StopAsked());
                return true;
            case TransferInput input:
                Handle(input);
                return true;
            case PartDiscarded:
                RunEffects();
                return true;
            case EndReady ready:
                End(ready.Outcome);
                return true;
            case WorkThrew threw:
                throw new InvalidOperationException($"The I/O of the transfer threw: {threw.Cause.Message}", threw.Cause);
            default:
                return false;
        }
    }

    /// <summary>Ends the I/O; completes when nothing of it is under way any more.</summary>
    public Task CloseAsync() => _closing ??= CloseWorkAsync();

    private bool IsReopened(int reopens) => reopens > _machine.State.Reopens;

    private async Task CloseWorkAsync()
    {
        _stopWork?.Cancel();
        try
        {
            await _running;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It was reported when it happened; here only its end counts.
        }
        _stopWork?.Dispose();
        _telemetry.Stopped();
        if (_work is not null)
            await _work.DisposeAsync();
    }

    private void Handle(TransferInput input)
    {
        if (_busy)
        {
            _waiting.Enqueue(input);
            return;
        }
        NoteResult(input);
        var decision = _machine.Handle(input);
        if (decision.Facts.Count == 0)
            Carry(decision);
        else if (decision is { Effects.Count: 0, Facts: [Checkpointed checkpoint] })
            _shell.PersistAside(checkpoint);
        else
        {
            _busy = true;
            _shell.Persist(decision.Facts, () => Carry(decision));
        }
    }

    private void NoteResult(TransferInput input)
    {
        switch (input)
        {
            case AttemptEnded { Result: var result } when result is not null:
                Feed.AddMoved(result.Received, result.Sent);
                _telemetry.AttemptEnded(result);
                if (result is AttemptFinished finished)
                    (_finished, _finishedAt) = (finished, _setup.Time.GetTimestamp());
                break;
            case PublishEnded published:
                _body = published.Result.Body;
                break;
        }
    }

    private void Carry(TransferDecision decision)
    {
        _busy = true;
        foreach (var fact in decision.Facts)
            TellFact(fact);
        var state = _machine.State;
        // While an attempt runs its own count is ahead of the journaled one.
        if (state.Phase is not (TransferPhase.Probing or TransferPhase.Transferring or TransferPhase.Stopping))
            Feed.Note(state.Written, null);
        // An end and a pause are the supervisor's to tell: it knows when they hold.
        if (!state.IsEnded && state.Phase is not TransferPhase.Paused)
            Feed.Enter(state.Phase);
        foreach (var effect in decision.Effects)
            _effects.Enqueue(effect);
        RunEffects();
    }

    private void TellFact(TransferFact fact)
    {
        switch (fact)
        {
            case Identified identified:
                Feed.SetTotal(identified.Identity.Length);
                break;
            case Restarted restarted:
                Feed.ResumedFrom = 0;
                Feed.Tell(EventKinds.State, n => new TransferRestarted(_setup.Request.Id, n, restarted.Reason));
                break;
            case RetryScheduled retry:
                _retry = retry;
                TransferTelemetry.Retrying(retry.Error);
                Feed.Tell(EventKinds.State, n => new TransferRetrying(_setup.Request.Id, n, retry.Retry, retry.NotBefore, retry.Error));
                break;
        }
    }

    // In order; one that takes time hands the rest over to the message it ends with.
    private void RunEffects()
    {
        while (_effects.TryDequeue(out var effect))
        {
            if (!Run(effect))
                return;
        }
        _busy = false;
        while (!_busy && _waiting.TryDequeue(out var next))
            Handle(next);
    }

    private bool Run(TransferEffect effect)
    {
        switch (effect)
        {
            case RunAttempt run:
                StartAttempt(run.Plan);
                break;
            case StopWork:
                _stopWork?.Cancel();
                break;
            case RunVerify run:
                Start((work, token) => work.VerifyAsync(run.Identity, token), r => new VerifyEnded(r));
                break;
            case RunPublish run:
                Feed.ResumedFrom ??= _machine.State.ResumedFrom;
                Start((work, _) => work.PublishAsync(run.Verified), r => new PublishEnded(r));
                break;
            case DiscardPart discard:
                Start((work, _) => Discarded(work, discard.Upload), r => r);
                return false;
            case WakeAt wake:
                _setup.Supervisor.Tell(new TransferWaits(_setup.Request.Id, wake.Time, _retry?.WholeOrigin == true), _shell.Ref);
                break;
            case Finish finish:
                // The lock of the part file and the target are free before anyone hears of the end.
                _ = CloseAsync().PipeTo(_shell.Ref, success: () => new EndReady(finish.Outcome), failure: e => new WorkThrew(e));
                return false;
            case Rest:
                _setup.Supervisor.Tell(new TransferRested(_setup.Request.Id), _shell.Ref);
                _shell.Stop(over: false);
                break;
        }
        return true;
    }

    private static async Task<PartDiscarded> Discarded(ITransferWork work, Engine.Ranges.ResourceIdentity? upload)
    {
        await work.DiscardAsync(upload);
        return new PartDiscarded();
    }

    private void StartAttempt(AttemptPlan plan)
    {
        // An upload is told by its server where it goes on.
        if (_setup.Request.Upload is null)
            Feed.ResumedFrom ??= plan.From;
        _telemetry.AttemptStarted(plan);
        var listener = new AttemptListener(plan.Number, Feed, _telemetry, _shell.Ref);
        Start((work, token) => work.AttemptAsync(plan, listener, token), r => new AttemptEnded(plan.Number, r));
    }

    private void Start<T>(Func<ITransferWork, CancellationToken, Task<T>> run, Func<T, object> report)
    {
        _work ??= _setup.Work.Create(_setup.Request);
        _stopWork?.Dispose();
        _stopWork = new CancellationTokenSource();
        var task = run(_work, _stopWork.Token);
        _running = task;
        _ = task.PipeTo(_shell.Ref, success: report, failure: e => new WorkThrew(e));
    }

    private void End(TransferOutcome outcome)
    {
        var id = _setup.Request.Id;
        var phase = _machine.State.Phase;
        // The supervisor tells the end; the work of making the response is this actor's.
        var response = outcome is CompletedOutcome ? Response() : null;
        _isOver = true;
        _setup.Supervisor.Tell(new TransferOver(id, outcome, TellEnd), _shell.Ref);
        _shell.Stop(over: true);

        void TellEnd() => Feed.End(phase, n => outcome is CompletedOutcome completed
            ? new TransferCompleted(id, n, completed, _finished?.Head, _body, Feed.Received, Feed.ResumedFrom ?? 0) { Response = response, Sent = Feed.Sent }
            : Feed.Terminal(n, outcome));
    }

    private TransferResponse? Response()
    {
        if (_finished is not { } answer)
            return null;
        var response = _setup.Request.Destination switch
        {
            MemoryDestination => ResponseReader.Read(_setup.Request.Options, answer.Head, _body, answer.Timing, answer.FromCache, answer.Warnings),
            ChunkDestination => ResponseReader.ReadStreamed(answer.Head, answer.Timing, answer.FromCache, answer.Warnings),
            _ => null,
        };
        var since = _setup.Time.GetElapsedTime(_finishedAt).TotalMilliseconds;
        return response is null ? null : response with { PerformanceTiming = answer.Timing with { TotalTiming = answer.Timing.TotalTiming + since } };
    }

    /// <summary>Hears one attempt, on its I/O threads.</summary>
    private sealed class AttemptListener(int number, TransferFeed feed, TransferTelemetry telemetry, IActorRef self) : IAttemptListener
    {
        private long _sentFrom;

        public void OnRedirected(Redirect redirect) => feed.Tell(EventKinds.State, n => new TransferRedirected(feed.Id, n, redirect));

        public void OnHeaders(AnswerHead head, Engine.Ranges.ResourceIdentity identity)
        {
            telemetry.HeadersCame(head);
            feed.SetTotal(identity.Length);
            feed.Head(n => new HeadersReceived(feed.Id, n, head));
            self.Tell(new AttemptIdentified(number, identity), ActorRefs.NoSender);
        }

        public void OnSending(long from, Engine.Ranges.ResourceIdentity identity)
        {
            Volatile.Write(ref _sentFrom, from);
            feed.SendingFrom(from);
            feed.SetTotal(identity.Length);
            self.Tell(new AttemptIdentified(number, identity), ActorRefs.NoSender);
        }

        public void OnSendProgress(long sent, long? total)
        {
            telemetry.Sent(sent - Volatile.Read(ref _sentFrom));
            feed.SendProgress(sent, total);
        }

        public void OnProgress(long written, long received)
        {
            telemetry.Received(received);
            feed.Progress(written, received);
        }

        public void OnCheckpointDue(long written, long flushed) =>
            self.Tell(new CheckpointDue(number, written, flushed), ActorRefs.NoSender);

        public ValueTask OnChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken) =>
            feed.ChunkAsync(data, offset, cancellationToken);
    }
}
