using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Transfers;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Microsoft.Extensions.Logging;

namespace Ferry.Actors.Supervisor;

/// <content>Going on: what is held, and what failed or was cancelled; with the request it has, or with another for the same content.</content>
public sealed partial class TransferSupervisor
{
    /// <summary>The request a transfer goes on with, where it is not the one it has.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Note">What of it does not take effect, or null.</param>
    private sealed record Renewal(ValidatedRequest Request, string? Note);

    private void OnResume(ResumeTransfer command)
    {
        if (!_table.TryGet(command.Id, out var row))
        {
            if (!PutOff(command))
                Sender.Tell(Unknown(command.Id));
            return;
        }
        var reply = ReplyToSender();
        Renewal? renewal = null;
        if (command.Instead is { } instead && (Objection(row, instead) ?? Renew(row, instead, out renewal)) is { } objection)
            reply(new CommandRejected(row.Id, objection));
        else if (row.Activity is RowActivity.Ended)
            Reopen(row, renewal, reply);
        else if (row.CancelKeepingPart is not null || row.Activity is RowActivity.Ending)
            reply(IsEnding(row));
        else if (renewal is not null && (row.Activity is not RowActivity.Held || row.Resumes > 0))
            reply(new CommandRejected(row.Id, Problem($"The transfer '{row.Id}' is on its way with the request it has: pause it, and resume it with the other one then.")));
        else if (row.Activity is RowActivity.Held || row.PauseAsked)
            Unpause(row, renewal, reply);
        else
            reply(new CommandDone(row.Id, row.Feed.Phase));
    }

    private static TransferError? Objection(TransferRow row, TransferRequest instead)
    {
        if (row.IsUnusable)
            return HasEnded(row).Error;
        if (!row.IsDurable)
            return Problem($"The transfer '{row.Id}' is not journaled, and goes on with its own request alone: start it anew.");
        return instead.Id is null || instead.Id == row.Id.Value
            ? null
            : Problem($"The request that '{row.Id}' is to go on with names another id: leave it out.");
    }

    // A request that is the same is none: there is nothing to journal.
    private TransferError? Renew(TransferRow row, TransferRequest instead, out Renewal? renewal)
    {
        renewal = null;
        var result = RequestValidation.Validate(instead, () => row.Id, _options.Policy);
        if (result.Request is not { } request)
            return result.Problems[0] with { Message = string.Join(" ", result.Problems.Select(p => p.Message)) };
        if (row.Request.SameAs(request.Source))
            return null;
        if (row.Request.ContentDifferences(request.Source) is { Count: > 0 } differences)
        {
            return Problem(
                $"The transfer '{row.Id}' cannot go on with a request that differs in {string.Join(", ", differences)}: that may be other content. Start it anew; a header that is a secret "
                + "and says nothing of the content may differ where secretHeaders names it.");
        }
        renewal = new Renewal(request, result.Warnings.Count > 0 ? string.Join(" ", result.Warnings) : null);
        return null;
    }

    private void Unpause(TransferRow row, Renewal? renewal, Action<object> reply)
    {
        // What is held since the start is not so in the journal, unless what is under way to it makes it go on with something else.
        if (!row.IsDurable || (row.HeldAtStart && renewal is null && row.Resumes == 0))
        {
            GoOn();
            return;
        }
        row.Resumes++;
        Write(
            Resumed(row, renewal, again: false),
            () =>
            {
                row.Resumes--;
                Adopt(row, renewal);
                GoOn();
            },
            error =>
            {
                row.Resumes--;
                reply(new CommandRejected(row.Id, error));
            });

        void GoOn()
        {
            row.PauseAsked = row.HeldAtStart = false;
            Answer<object>(row.PauseReplies, new CommandRejected(row.Id, Problem($"The transfer '{row.Id}' was resumed meanwhile.")));
            if (row.Activity is RowActivity.Held)
                EnqueueWaiting(row);
            reply(row.Activity is RowActivity.Ended ? HasEnded(row) : new CommandDone(row.Id, TransferPhase.Queued) { Note = renewal?.Note });
            Pump();
        }
    }

    private void Reopen(TransferRow row, Renewal? renewal, Action<object> reply)
    {
        if (!row.IsDurable || row.IsUnusable || row.Outcome is not (FailedOutcome or CancelledOutcome { PartKept: true }))
        {
            reply(HasEnded(row));
            return;
        }
        if (_erasing.ContainsKey(row.Id))
        {
            reply(new CommandRejected(row.Id, Problem($"The transfer '{row.Id}' is being removed.")));
            return;
        }
        if (row.ReopenReplies is { } others)
        {
            JoinReopen(row, others, renewal, reply);
            return;
        }
        if (_table.OtherOwner(row.Request) is { } owner)
        {
            reply(new CommandRejected(row.Id, Problem($"The target '{row.Target}' belongs to the transfer '{owner}' now.")));
            return;
        }
        _table.OwnTarget(row);
        row.ReopenReplies = [reply];
        row.ReopensWith = renewal?.Request;
        Write(Resumed(row, renewal, again: true), () => BeginAgain(row, renewal), error =>
        {
            _table.ReleaseTarget(row);
            AnswerReopen(row, new CommandRejected(row.Id, error));
        });
    }

    private static void JoinReopen(TransferRow row, List<Action<object>> others, Renewal? renewal, Action<object> reply)
    {
        if (renewal is null || row.ReopensWith?.SameAs(renewal.Request.Source) == true)
            others.Add(reply);
        else
            reply(new CommandRejected(row.Id, Problem($"The transfer '{row.Id}' was resumed just now with another request: pause it, and resume it with this one then.")));
    }

    private void BeginAgain(TransferRow row, Renewal? renewal)
    {
        Adopt(row, renewal);
        _table.Reopen(row);
        row.IsSettled = false;
        row.Reopens++;
        row.Failures = row.JournalFailures = 0;
        row.Feed = NewFeed(row.Request, row.Feed.Sequence);
        if (row.Child is null)
            Enqueue(row);
        else
            (row.Activity, row.IsClosing) = (RowActivity.Running, true);
        AnswerReopen(row, new CommandDone(row.Id, TransferPhase.Queued) { Note = renewal?.Note });
        Pump();
    }

    private static void AnswerReopen(TransferRow row, object answer)
    {
        var replies = row.ReopenReplies ?? [];
        (row.ReopenReplies, row.ReopensWith) = (null, null);
        Answer(replies, answer);
    }

    private static IndexEvent Resumed(TransferRow row, Renewal? renewal, bool again) => renewal is null
        ? new TransferWasResumed(row.Id, again)
        : new TransferWasResumedWith(row.Id, renewal.Request.Source, again);

    // The actor that carries it out is made after this: one that is held has none, and one that ended gets another.
    private void Adopt(TransferRow row, Renewal? renewal)
    {
        if (renewal is null)
            return;
        row.Request = renewal.Request;
        GoesOnWithLine(_log, row.Id);
    }

    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "{TransferId} goes on with another request for the same content")]
    private static partial void GoesOnWithLine(ILogger logger, TransferId transferId);
}
