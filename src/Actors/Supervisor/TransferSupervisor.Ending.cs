using Akka.Actor;
using Ferry.Actors.Transfers;
using Ferry.Engine.Errors;
using Ferry.Engine.Transfers;
using Microsoft.Extensions.Logging;

namespace Ferry.Actors.Supervisor;

/// <content>How the actors of transfers stop: rested, over, failed; and the ends of transfers.</content>
public sealed partial class TransferSupervisor
{
    private const int MostFailures = 5;

    private static readonly TimeSpan FirstFailureDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestFailureDelay = TimeSpan.FromSeconds(30);

    private void OnOver(TransferOver over)
    {
        if (!IsFromChild(out var row) || row.Activity is RowActivity.Ended)
            return;
        LeaveWaiting(row);
        row.IsClosing = true;
        End(row, over.Outcome, over.TellEnd);
    }

    /// <summary>Takes note of an end, then tells it: whoever acts on it finds the transfer ended and its target free.</summary>
    private void End(TransferRow row, TransferOutcome outcome, Action tell)
    {
        _table.End(row, outcome, Now);
        _table.ReleaseTarget(row);
        row.PauseAsked = false;
        row.CancelKeepingPart = null;
        row.RestUntil = null;
        tell();
        Count(row, outcome);
        if (!row.IsSettled)
            Settle(row, outcome);
        EndedLine(_log, row.Id, PhaseOf(outcome), outcome is FailedOutcome { Error.Message: var why } ? why : "");
        Answer<object>(row.CancelReplies, outcome is CancelledOutcome
            ? new Protocol.CommandDone(row.Id, TransferPhase.Cancelled)
            : new Protocol.CommandRejected(row.Id, Problem($"The transfer '{row.Id}' had ended before it could be cancelled: {PhaseOf(outcome).ToString().ToLowerInvariant()}.")));
        Answer<object>(row.PauseReplies, new Protocol.CommandRejected(row.Id, Problem($"The transfer '{row.Id}' has ended: {PhaseOf(outcome).ToString().ToLowerInvariant()}.")));
        Unlink(row);
        ForgetHistory();
    }

    private void OnRested()
    {
        if (!IsFromChild(out var row) || row.Activity is RowActivity.Ended)
            return;
        LeaveWaiting(row);
        if (row.IsDurable)
        {
            row.IsClosing = true;
            return;
        }
        // A transient one stays with what it has in its memory, and rests.
        ReleaseSlot(row);
        Rest(row);
        Pump();
    }

    private void LeaveWaiting(TransferRow row)
    {
        if (row.Activity is RowActivity.Queued)
            _admission.Remove(row.Id, Steady);
        if (row.Activity is RowActivity.Queued or RowActivity.Waiting)
            row.Activity = RowActivity.Running;
        row.Delay = null;
        row.WaitNumber++;
    }

    private void OnJournalFailed(TransferJournalFailed failed)
    {
        if (!IsFromChild(out var row) || row.Activity is RowActivity.Ended)
            return;
        LeaveWaiting(row);
        row.IsClosing = true;
        row.Failure = (failed.Reason, Counts: failed.WhileReading && _indexUp);
        var error = JournalUnavailable();
        Answer<object>(row.CancelReplies, new Protocol.CommandRejected(row.Id, error));
        row.CancelKeepingPart = null;
    }

    private void OnCrashed(TransferCrashed crashed)
    {
        if (!IsFromChild(out var row) || row.Activity is RowActivity.Ended)
            return;
        LeaveWaiting(row);
        row.IsClosing = true;
        row.Failure = (crashed.Reason, Counts: true);
    }

    private void OnChildStopped(TransferRow row)
    {
        if (row.ChildStopped)
            return;
        row.ChildStopped = true;
        var closed = new WorkClosed(row.Child!);
        _ = row.CloseWork().PipeTo(Self, Self, () => closed, _ => closed);
    }

    private void OnWorkClosed(WorkClosed closed)
    {
        if (_children.Remove(closed.Child, out var row))
            OnChildClosed(row);
    }

    // Only now may another actor open the same part file under the same name.
    private void OnChildClosed(TransferRow row)
    {
        if (row.Activity is not RowActivity.Ended)
            LeaveWaiting(row);
        row.Child = null;
        ReleaseSlot(row);
        var wasErrand = row.IsErrand;
        row.IsErrand = false;
        if (wasErrand)
            _errandsOut--;
        if (row.Activity is not RowActivity.Ended)
        {
            if (row.Failure is { } failure)
                Retry(row, failure.Reason, failure.Counts, wasErrand);
            else if (row.IsClosing)
                Rest(row);
            else
                Retry(row, "The actor stopped.", counts: true, wasErrand);
        }
        var waiting = row.WhenClosed.ToArray();
        row.WhenClosed.Clear();
        foreach (var action in waiting)
            action();
        Pump();
        AnswerStopWhenDone();
    }

    private void Rest(TransferRow row)
    {
        row.IsClosing = false;
        var until = row.RestUntil;
        row.RestUntil = null;
        if (row.CancelKeepingPart is { } keep)
            CancelRow(row, keep);
        else if (row.PauseAsked)
            Hold(row);
        else if (_stopReplies is not null)
        {
            row.Activity = RowActivity.Resting;
            row.Feed.Enter(TransferPhase.Paused);
        }
        else if (until is { } time)
            Wait(row, RowActivity.Delayed, time);
        else
            EnqueueWaiting(row);
    }

    private void Retry(TransferRow row, string reason, bool counts, bool wasErrand)
    {
        row.Failure = null;
        row.RestUntil = null;
        ChildFailed(_log, row.Id, reason);
        var failures = CountFailure(row, counts);
        if (row.CancelKeepingPart is { } keep && !wasErrand)
            CancelRow(row, keep);
        else if (!row.IsDurable || (counts && row.Failures > MostFailures))
            EndWithoutActor(row, new FailedOutcome(new TransferError(ErrorCode.Unknown, ErrorStage.Journaling, ErrorSide.Local, $"The transfer was given up: {reason}")));
        else if (row.PauseAsked && row.CancelKeepingPart is null)
            Hold(row);
        else
        {
            var delay = FirstFailureDelay * Math.Pow(2, Math.Min(failures - 1, 10));
            row.Activity = RowActivity.Delayed;
            SetAlarm(row, $"It is tried again after a failure: {reason}", Now + (delay < LongestFailureDelay ? delay : LongestFailureDelay));
        }
    }

    private static int CountFailure(TransferRow row, bool counts)
    {
        if (counts && row.Feed.Written > row.WrittenAtFailure)
            row.Failures = row.JournalFailures = 0;
        row.WrittenAtFailure = row.Feed.Written;
        return counts ? ++row.Failures : ++row.JournalFailures;
    }

    /// <summary>Ends a transfer that has no actor: journals it, then tells it.</summary>
    private void EndWithoutActor(TransferRow row, TransferOutcome outcome)
    {
        row.Activity = RowActivity.Ending;
        if (!row.IsDurable)
        {
            Told();
            return;
        }
        Write(
            new TransferWasSettled(row.Id, outcome, Now),
            () =>
            {
                row.IsSettled = true;
                Told();
                Pump();
            },
            error =>
            {
                Answer<object>(row.CancelReplies, new Protocol.CommandRejected(row.Id, error));
                row.CancelKeepingPart = null;
                if (row.PauseAsked)
                    Hold(row);
                else
                    Enqueue(row);
            });

        void Told()
        {
            if (row.Activity is RowActivity.Ended)
                return;
            End(row, outcome, () => row.Feed.End(PhaseOf(outcome), n => row.Feed.Terminal(n, outcome)));
        }
    }

    private static TransferPhase PhaseOf(TransferOutcome outcome) => outcome switch
    {
        CompletedOutcome => TransferPhase.Completed,
        CancelledOutcome => TransferPhase.Cancelled,
        _ => TransferPhase.Failed,
    };

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "{TransferId} {Phase} {Reason}")]
    private static partial void EndedLine(ILogger logger, Engine.Requests.TransferId transferId, TransferPhase phase, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The actor of {TransferId} failed: {Reason}")]
    private static partial void ChildFailed(ILogger logger, Engine.Requests.TransferId transferId, string reason);
}
