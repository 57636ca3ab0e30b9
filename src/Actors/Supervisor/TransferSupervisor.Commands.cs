using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Transfers;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Supervisor;

/// <content>Pause, priority, removal, the end of the engine.</content>
public sealed partial class TransferSupervisor
{
    private readonly Dictionary<TransferId, List<Action<object>>> _erasing = [];
    private List<Action<object>>? _stopReplies;
    private bool _forgetting;

    private Action<object> ReplyToSender()
    {
        var sender = Sender;
        return message => sender.Tell(message, Self);
    }

    private void OnPause(PauseTransfer command)
    {
        if (!_table.TryGet(command.Id, out var row))
        {
            if (!PutOff(command))
                Sender.Tell(Unknown(command.Id));
            return;
        }
        if (row.Activity is RowActivity.Ended)
            Sender.Tell(HasEnded(row));
        else if (row.CancelKeepingPart is not null || row.Activity is RowActivity.Ending)
            Sender.Tell(IsEnding(row));
        else if (row.Activity is RowActivity.Held && !row.HeldAtStart)
            Sender.Tell(new CommandDone(row.Id, TransferPhase.Paused));
        else
        {
            var reply = ReplyToSender();
            row.PauseReplies.Add(reply);
            if (row.Activity is not RowActivity.Journaling)
                PauseRow(row);
            else
                row.PauseAsked = true;
        }
    }

    private void PauseRow(TransferRow row)
    {
        if (!row.IsDurable)
        {
            StopForPause(row);
            return;
        }
        Write(
            new TransferWasPaused(row.Id),
            () => StopForPause(row),
            error =>
            {
                row.PauseAsked = false;
                Answer<object>(row.PauseReplies, new CommandRejected(row.Id, error));
            });
    }

    private void StopForPause(TransferRow row)
    {
        if (row.Activity is RowActivity.Ended)
            return;
        (row.PauseAsked, row.HeldAtStart) = (true, false);
        if (row.Child is not null)
        {
            if (!row.IsClosing)
                row.Child.Tell(new StopNow(), Self);
            return;
        }
        _admission.Remove(row.Id, Steady);
        row.WaitNumber++;
        Hold(row);
        Pump();
    }

    private void OnChangePriority(ChangePriority command)
    {
        if (!_table.TryGet(command.Id, out var row))
        {
            if (!PutOff(command))
                Sender.Tell(Unknown(command.Id));
            return;
        }
        var reply = ReplyToSender();
        if (!Priority.IsValid(command.Priority))
            reply(new CommandRejected(row.Id, Problem($"The priority {command.Priority} is out of range: use a whole number from {Priority.Min} to {Priority.Max}.")));
        else if (row.Activity is RowActivity.Ended)
            reply(HasEnded(row));
        else if (row.IsDurable)
            Write(new TransferPriorityWasChanged(row.Id, command.Priority), Changed, error => reply(new CommandRejected(row.Id, error)));
        else
            Changed();

        void Changed()
        {
            row.Priority = new Priority(command.Priority);
            _admission.ChangePriority(row.Id, row.Priority, Steady);
            reply(new CommandDone(row.Id, row.Feed.Phase));
            Pump();
        }
    }

    private void OnRemove(RemoveTransfer command)
    {
        if (!_table.TryGet(command.Id, out var row))
        {
            if (!PutOff(command))
                Sender.Tell(Unknown(command.Id));
            return;
        }
        if (row.Activity is not RowActivity.Ended)
            Sender.Tell(new CommandRejected(row.Id, Problem($"The transfer '{row.Id}' has not ended: cancel it first.")));
        else
            Erase(row, ReplyToSender());
    }

    // First the transfer's own journal, then its row: after a crash in between the row is still there to be removed.
    private void Erase(TransferRow row, Action<object> reply)
    {
        if (row.Activity is not RowActivity.Ended || row.ReopenReplies is not null)
            reply(new CommandRejected(row.Id, Problem($"The transfer '{row.Id}' was resumed meanwhile.")));
        else if (row.Child is not null)
            row.WhenClosed.Add(() => Erase(row, reply));
        else if (!row.IsDurable)
        {
            _table.Remove(row);
            reply(new CommandDone(row.Id, row.Feed.Phase));
        }
        else if (!_indexUp)
            reply(new CommandRejected(row.Id, JournalUnavailable()));
        else if (_erasing.TryGetValue(row.Id, out var replies))
            replies.Add(reply);
        else
        {
            _erasing[row.Id] = [reply];
            Context.ActorOf(TransferEraser.Props(row.Id));
        }
    }

    private void OnErased(TransferEraser.Erased erased)
    {
        if (erased.Problem is not null || !_table.TryGet(erased.Id, out var row))
            AnswerErase(erased.Id, new CommandRejected(erased.Id, JournalUnavailable()));
        else
            Write(new TransferWasRemoved(row.Id), Removed, error => AnswerErase(row.Id, new CommandRejected(row.Id, error)));

        void Removed()
        {
            _table.Remove(row);
            AnswerErase(row.Id, new CommandDone(row.Id, row.Feed.Phase));
        }
    }

    private void AnswerErase(TransferId id, object answer)
    {
        if (_erasing.Remove(id, out var replies))
            Answer(replies, answer);
    }

    /// <summary>Forgets ended transfers that are too many or too old, one after the other.</summary>
    private void ForgetHistory()
    {
        while (!_forgetting && _table.Forgettable(_options.HistoryCount, HistoryBegins()) is { } row)
        {
            if ((row.IsDurable && !_indexUp) || row.ReopenReplies is not null)
                return;
            _forgetting = true;
            var takesTime = row.IsDurable || row.Child is not null;
            Erase(row, reply =>
            {
                _forgetting = false;
                if (reply is CommandDone && takesTime)
                    ForgetHistory();
            });
        }
    }

    private DateTimeOffset HistoryBegins() =>
        _options.HistoryAge < Now - DateTimeOffset.MinValue ? Now - _options.HistoryAge : DateTimeOffset.MinValue;

    private void OnStopEngine()
    {
        var first = _stopReplies is null;
        (_stopReplies ??= []).Add(ReplyToSender());
        if (first)
        {
            foreach (var row in _table.Rows.Where(r => r.Activity is not RowActivity.Ended).ToArray())
                StopRow(row);
        }
        AnswerStopWhenDone();
    }

    private void StopRow(TransferRow row)
    {
        if (!row.IsDurable)
            Cancel(row, keepPart: false, _ => { });
        else if (row is { Child: not null, IsErrand: false, IsClosing: false })
            row.Child.Tell(new StopNow(), Self);
    }

    private void AnswerStopWhenDone()
    {
        if (_stopReplies is { Count: > 0 } replies && _children.Count == 0 && _writes.Count == 0 && _errands.Count == 0)
            Answer<object>(replies, new EngineStopped());
    }

    private static CommandRejected IsEnding(TransferRow row) =>
        new(row.Id, Problem($"The transfer '{row.Id}' is being {(row.CancelKeepingPart is null ? "ended" : "cancelled")}."));

    private static CommandRejected HasEnded(TransferRow row) =>
        new(row.Id, Problem($"The transfer '{row.Id}' has ended: {row.Feed.Phase.ToString().ToLowerInvariant()}."));
}
