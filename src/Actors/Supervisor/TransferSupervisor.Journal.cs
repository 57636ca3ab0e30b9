using Akka.Actor;
using Ferry.Actors.Transfers;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Microsoft.Extensions.Logging;

namespace Ferry.Actors.Supervisor;

/// <content>The index: what is written to it, and what happens while it cannot be.</content>
public sealed partial class TransferSupervisor
{
    private static readonly TimeSpan FirstIndexDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestIndexDelay = TimeSpan.FromSeconds(30);

    private readonly Dictionary<long, PendingWrite> _writes = [];

    // Transfers whose start was answered with a rejection although the journal may hold it.
    private readonly HashSet<TransferId> _limbo = [];
    private IActorRef _index = ActorRefs.Nobody;
    private bool _indexUp;
    private bool _indexStarts;
    private bool _loaded;
    private int _indexFailures;
    private TransferError? _journalError;
    private long _tokens;

    private sealed record PendingWrite(IndexEvent Event, Action Done, Action<TransferError> Failed);

    private sealed record RestartIndex;

    private void StartIndex()
    {
        _indexStarts = true;
        _index = Context.ActorOf(TransferIndex.Props(Self), "index");
        Context.Watch(_index);
    }

    private void ReceiveFromIndex()
    {
        Receive<IndexWritten>(OnIndexWritten);
        Receive<IndexFailed>(OnIndexFailed);
        Receive<IndexRecovered>(OnRecoveredAgain);
        Receive<RestartIndex>(_ => StartIndex());
        Receive<TransferEraser.Erased>(OnErased);
    }

    /// <summary>Journals a fact, then goes on; <paramref name="failed"/> where that cannot be.</summary>
    private void Write(IndexEvent @event, Action done, Action<TransferError> failed)
    {
        if (!_indexUp)
        {
            failed(JournalUnavailable());
            return;
        }
        var token = ++_tokens;
        _writes.Add(token, new PendingWrite(@event, done, failed));
        _index.Tell(new WriteIndex(token, @event));
    }

    private void OnIndexWritten(IndexWritten written)
    {
        _indexFailures = 0;
        if (_writes.Remove(written.Token, out var write))
            write.Done();
        AnswerStopWhenDone();
    }

    private void OnIndexFailed(IndexFailed failed)
    {
        _journalError = failed.Cause is TransferException { Error: var error }
            ? error
            : JournalUnavailable($"The journal cannot be {(failed.WhileReading ? "read" : "written")}: {failed.Cause.Message}");
        JournalFailed(_log, _journalError.Message);
        _indexUp = false;
    }

    private void OnIndexStoppedAtStart()
    {
        BecomeReady();
        OnIndexStopped();
    }

    // Not a BackoffSupervisor: what is under way at the moment of the failure is answered from here, and that needs to be known here.
    private void OnIndexStopped()
    {
        _indexUp = _indexStarts = false;
        var delay = FirstIndexDelay * Math.Pow(2, Math.Min(_indexFailures++, 10));
        Timers.StartSingleTimer("index", new RestartIndex(), delay < LongestIndexDelay ? delay : LongestIndexDelay);
        var failed = _writes.Values.ToArray();
        _writes.Clear();
        foreach (var write in failed)
        {
            if (write.Event is TransferWasAccepted accepted)
                _limbo.Add(accepted.Id);
            write.Failed(JournalUnavailable());
        }
        AnswerReadiness();
        AnswerStopWhenDone();
    }

    private void OnFirstRecovered(IndexRecovered recovered)
    {
        Load(recovered.Rows);
        BecomeReady();
        AnswerReadiness();
    }

    private void OnRecoveredAgain(IndexRecovered recovered)
    {
        _indexStarts = false;
        if (!_loaded)
        {
            Load(recovered.Rows);
            AnswerReadiness();
            return;
        }
        _indexUp = true;
        AnswerReadiness();
        JournalRecovered(_log);
        foreach (var row in recovered.Rows)
            Reconcile(row);
        _limbo.IntersectWith(recovered.Rows.Select(r => r.Id));
        Pump();
    }

    private void Load(IReadOnlyList<IndexRow> rows)
    {
        (_indexUp, _loaded, _indexStarts) = (true, true, false);
        foreach (var journaled in rows)
            LoadRow(journaled);
        ForgetHistory();
        Pump();
    }

    private void LoadRow(IndexRow journaled)
    {
        // What has ended is shown whatever the policy says now; what is to go on keeps it.
        var known = RequestValidation.Validate(
            JournaledRequests.WithDefaults(journaled.Request), () => journaled.Id, journaled.Outcome is null ? _options.Policy : null);
        if (known.Request is not { } request)
        {
            LoadUnusable(journaled, known.Problems[0]);
            return;
        }
        var row = NewRow(request, journaled.AcceptedAt);
        row.Priority = new Priority(journaled.Priority);
        row.Begun = true;
        row.Reopens = journaled.Reopens;
        _table.Add(row);
        if (journaled.Outcome is { } outcome)
        {
            row.IsSettled = true;
            _table.End(row, outcome, journaled.SettledAt ?? Now);
            row.Feed.WasEnded(PhaseOf(outcome), outcome);
            return;
        }
        _table.OwnTarget(row);
        row.HeldAtStart = _options.HoldRecovered && !journaled.Paused;
        if (journaled.Paused || row.HeldAtStart)
            Hold(row);
        else
            Enqueue(row);
    }

    // It was accepted, so it is not lost: its id stays taken until it is removed. The journal keeps it as it is, for a version that can carry it out.
    private void LoadUnusable(IndexRow journaled, TransferError problem)
    {
        CannotLoad(_log, journaled.Id);
        var request = RequestValidation.Unusable(journaled.Request, journaled.Id);
        var row = new TransferRow(request, journaled.AcceptedAt, NewFeed(request, 0)) { IsUnusable = true };
        var outcome = journaled.Outcome ?? new FailedOutcome(problem);
        _table.Add(row);
        _table.End(row, outcome, journaled.SettledAt ?? Now);
        row.Feed.WasEnded(PhaseOf(outcome), outcome);
    }

    // The journal came back: what it knows and what was told are brought together.
    private void Reconcile(IndexRow journaled)
    {
        if (!_table.TryGet(journaled.Id, out var row))
        {
            if (_limbo.Contains(journaled.Id))
                Write(new TransferWasRemoved(journaled.Id), () => _limbo.Remove(journaled.Id), _ => { });
            return;
        }
        if (ReconcileRequest(row, journaled))
            journaled = journaled with { Paused = false };
        if (row.Outcome is { } outcome)
        {
            if (journaled.Outcome is null && !row.IsUnusable)
                Settle(row, outcome);
            return;
        }
        if (journaled.Outcome is not null)
        {
            // An end was written whose write was answered as failed: it never was one.
            row.Reopens = journaled.Reopens + 1;
            WriteQuietly(new TransferWasResumed(row.Id, Again: true));
        }
        var held = (row.Activity is RowActivity.Held && !row.HeldAtStart) || row.PauseAsked;
        if (held != (journaled is { Paused: true, Outcome: null }))
            WriteQuietly(held ? new TransferWasPaused(row.Id) : new TransferWasResumed(row.Id, Again: false));
        if (row.Priority.Value != journaled.Priority)
            WriteQuietly(new TransferPriorityWasChanged(row.Id, row.Priority.Value));
    }

    // That it goes on with the journaled one was answered as failed. Taking that back takes a pause back too.
    private bool ReconcileRequest(TransferRow row, IndexRow journaled)
    {
        if (row.IsUnusable || row.Request.SameAs(JournaledRequests.WithDefaults(journaled.Request)))
            return false;
        WriteQuietly(new TransferWasResumedWith(row.Id, row.Request.Source, Again: false));
        return true;
    }

    private void WriteQuietly(IndexEvent @event) => Write(@event, () => { }, _ => { });

    private void Settle(TransferRow row, TransferOutcome outcome)
    {
        if (!row.IsDurable)
            return;
        // What fails here is made good when the journal comes back.
        Write(new TransferWasSettled(row.Id, outcome, row.SettledAt ?? Now), () => row.IsSettled = true, _ => { });
    }

    private static TransferError JournalUnavailable(string? why = null) =>
        new(ErrorCode.LocalWriteFailed, ErrorStage.Journaling, ErrorSide.Local, why ?? "The journal is unavailable: try again.") { RetryCanHelp = true };

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void JournalFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "The journal can be written again")]
    private static partial void JournalRecovered(ILogger logger);

    [LoggerMessage(EventId = 12, Level = LogLevel.Error, Message = "The journaled request of {TransferId} is not valid any more; it is shown as failed")]
    private static partial void CannotLoad(ILogger logger, TransferId transferId);
}
