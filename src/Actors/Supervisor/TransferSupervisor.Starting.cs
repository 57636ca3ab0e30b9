using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Transfers;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Microsoft.Extensions.Logging;

namespace Ferry.Actors.Supervisor;

/// <content>Taking transfers on.</content>
public sealed partial class TransferSupervisor
{
    private void OnStart(StartTransfer start)
    {
        // 1. What is wrong with the request itself: every problem at once.
        var sender = Sender;
        if (start.Request is null)
        {
            sender.Tell(new TransferRejected(null, [Problem("The request is missing.")]));
            return;
        }
        var checkedRequest = RequestValidation.Validate(start.Request, () => TransferId.New(_options.Time, _random), _options.Policy);
        if (checkedRequest.Request is not { } request)
        {
            sender.Tell(new TransferRejected(start.Request.Id, checkedRequest.Problems));
            return;
        }

        // 2. A known id: the same transfer, or another one's name.
        if (_table.TryGet(request.Id, out var known))
        {
            StartAgain(known, request, start, checkedRequest.Warnings);
            return;
        }

        // 3. What stands against it here and now.
        if (Objection(request) is { } objection)
        {
            sender.Tell(new TransferRejected(request.Id.Value, [objection]));
            return;
        }
        Accept(request, start, checkedRequest.Warnings);
    }

    private void StartAgain(TransferRow known, ValidatedRequest request, StartTransfer start, IReadOnlyList<string> warnings)
    {
        var sender = Sender;
        if (!known.Request.SameAs(request.Source))
        {
            sender.Tell(new TransferRejected(request.Id.Value, [Problem($"The id '{request.Id}' belongs to a transfer with another request: use another id, or leave it out.")]));
            return;
        }
        if (known.Activity is RowActivity.Journaling)
        {
            known.StartReplies.Add(journaled =>
            {
                if (journaled)
                    AnswerKnown();
                else
                    sender.Tell(new TransferRejected(request.Id.Value, [JournalUnavailable()]));
            });
            return;
        }
        AnswerKnown();

        void AnswerKnown()
        {
            sender.Tell(new TransferAccepted(known.Id, known.Feed.Phase, AlreadyKnown: true, warnings));
            if (start.Subscription is { } subscription)
                SubscribeTo(known, subscription.Subscriber ?? sender, subscription);
        }
    }

    private TransferError? Objection(ValidatedRequest request)
    {
        if (_stopReplies is not null)
            return new TransferError(ErrorCode.NotPermitted, ErrorStage.Validating, ErrorSide.Local, "The engine is stopping: start the transfer when it runs again.") { RetryCanHelp = true };
        if (!_loaded)
            return JournalUnavailable();
        if (HitsTombstone(request.Id))
            return new TransferError(ErrorCode.Cancelled, ErrorStage.Validating, ErrorSide.Caller, $"The transfer '{request.Id}' was cancelled.");
        if (_table.OtherOwner(request) is { } owner)
            return Problem($"The target '{((FileDestination)request.Destination).Path}' belongs to the transfer '{owner}': cancel that one, or name another target.");
        if (_admission.Count + _journaling >= _options.QueueBound)
            return new TransferError(ErrorCode.NotPermitted, ErrorStage.Validating, ErrorSide.Local, $"The queue is full: {_options.QueueBound} transfers wait; try again later.") { RetryCanHelp = true };
        if (request.IsDurable && !_indexUp)
            return JournalUnavailable();
        return null;
    }

    private int _journaling;

    private void Accept(ValidatedRequest request, StartTransfer start, IReadOnlyList<string> warnings)
    {
        var sender = Sender;
        var row = NewRow(request, Now);
        _table.Add(row);
        _table.OwnTarget(row);
        if (start.Subscription is { } subscription)
            SubscribeTo(row, subscription.Subscriber ?? sender, subscription);
        if (!row.IsDurable)
        {
            Accepted();
            return;
        }
        _journaling++;
        Write(
            new TransferWasAccepted(row.Id, request.Source, row.AcceptedAt),
            () =>
            {
                _journaling--;
                Accepted();
            },
            error =>
            {
                _journaling--;
                Dismiss(row, error);
                sender.Tell(new TransferRejected(request.Id.Value, [error]));
            });

        void Accepted()
        {
            _limbo.Remove(row.Id);
            AcceptedLine(_log, row.Id, UrlText.WithoutQuery(request.Source.Url), row.Priority.Value);
            sender.Tell(new TransferAccepted(row.Id, TransferPhase.Queued, AlreadyKnown: false, warnings));
            Enqueue(row);
            Answer(row.StartReplies, true);
            if (row.CancelKeepingPart is { } keep)
                CancelRow(row, keep);
            else if (row.PauseAsked)
                PauseRow(row);
            Pump();
        }
    }

    // Nothing was promised: as if the start had not come.
    private void Dismiss(TransferRow row, TransferError error)
    {
        _table.Remove(row);
        Unlink(row);
        Answer(row.StartReplies, false);
        Answer(row.CancelReplies, new CommandRejected(row.Id, error));
        Answer(row.PauseReplies, new CommandRejected(row.Id, error));
    }

    private TransferRow NewRow(ValidatedRequest request, DateTimeOffset acceptedAt) => new(request, acceptedAt, NewFeed(request, 0));

    private TransferFeed NewFeed(ValidatedRequest request, long sequence)
    {
        var feed = new TransferFeed(request.Id, request.Destination is ChunkDestination, sequence, isUpload: request.Upload is not null);
        foreach (var (subscriber, subscription) in _subscribersToAll)
            feed.Subscribe(subscriber, subscription, toAll: true);
        return feed;
    }

    private static void Answer<T>(List<Action<T>> replies, T answer)
    {
        var waiting = replies.ToArray();
        replies.Clear();
        foreach (var reply in waiting)
            reply(answer);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{TransferId} accepted: {Url}, priority {Priority}")]
    private static partial void AcceptedLine(ILogger logger, TransferId transferId, string url, int priority);
}
