using Akka.Actor;
using Ferry.Actors.Mailboxes;
using Ferry.Actors.Protocol;
using Ferry.Actors.Transfers;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Supervisor;

/// <content>Cancelling: one, several, all; before, while and after a transfer runs.</content>
public sealed partial class TransferSupervisor
{
    private const int MostTombstones = 100_000;

    // Cancels that may have overtaken their start, until the starts that waited at that time were handled.
    private readonly Dictionary<TransferId, Tombstone> _tombstones = [];

    // How many CancelAll wait for the starts they overtook.
    private int _cancelAlls;

    private sealed class Tombstone
    {
        public int Cancels { get; set; }

        public bool WasHit { get; set; }
    }

    /// <summary>A cancel of an unknown transfer, looked at again.</summary>
    private sealed record LateCancel(CancelTransfer Command, Action<object> Reply);

    private sealed record LateCancelAll(CancelBatch Batch);

    private void OnCancel(CancelTransfer command) => CancelOne(command, ReplyToSender());

    private void OnCancelSeveral(CancelTransfers command)
    {
        if (command.Ids is null)
        {
            Sender.Tell(new CommandRejected(null, Problem("The ids are missing.")));
            return;
        }
        var ids = command.Ids.Distinct().ToArray();
        var batch = new CancelBatch(ids.Length, ReplyToSender());
        foreach (var id in ids)
            CancelOne(new CancelTransfer(id), batch.Add);
    }

    private void OnCancelAll()
    {
        var rows = _table.Rows.Where(r => r.Activity is not RowActivity.Ended).ToArray();
        var batch = new CancelBatch(rows.Length + 1, ReplyToSender());
        foreach (var row in rows)
            Cancel(row, keepPart: false, batch.Add);
        // It has overtaken the starts that were sent before it: these are answered as cancelled, and then it is.
        _cancelAlls++;
        Self.Tell(new AfterStarts(new LateCancelAll(batch)), Sender);
    }

    private void OnLateCancelAll(LateCancelAll late)
    {
        _cancelAlls--;
        late.Batch.AddNone();
    }

    private void CancelOne(CancelTransfer command, Action<object> reply)
    {
        if (_table.TryGet(command.Id, out var row))
        {
            Cancel(row, command.KeepPart, reply);
            return;
        }
        if (_tombstones.Count >= MostTombstones)
        {
            reply(Unknown(command.Id));
            return;
        }
        if (!_tombstones.TryGetValue(command.Id, out var tombstone))
            _tombstones[command.Id] = tombstone = new Tombstone();
        tombstone.Cancels++;
        Self.Tell(new AfterStarts(new LateCancel(command, reply)), Sender);
    }

    private bool HitsTombstone(TransferId id)
    {
        if (_tombstones.TryGetValue(id, out var tombstone))
            tombstone.WasHit = true;
        return tombstone is not null || _cancelAlls > 0;
    }

    private void OnLateCancel(LateCancel late)
    {
        var id = late.Command.Id;
        if (!_tombstones.TryGetValue(id, out var tombstone))
            return;
        if (--tombstone.Cancels == 0)
            _tombstones.Remove(id);
        if (tombstone.WasHit)
            late.Reply(new CommandDone(id, TransferPhase.Cancelled));
        else if (_table.TryGet(id, out var row))
            Cancel(row, late.Command.KeepPart, late.Reply);
        else
            late.Reply(Unknown(id));
    }

    private void Cancel(TransferRow row, bool keepPart, Action<object> reply)
    {
        if (row.Activity is RowActivity.Ended)
        {
            reply(HasEnded(row));
            return;
        }
        row.CancelReplies.Add(reply);
        // One that is ending anyway answers with how it ended.
        if (row.CancelKeepingPart is not null || row.Activity is RowActivity.Ending)
            return;
        row.CancelKeepingPart = keepPart;
        if (row.Activity is not RowActivity.Journaling)
            CancelRow(row, keepPart);
    }

    private void CancelRow(TransferRow row, bool keepPart)
    {
        if (row.Child is not null)
        {
            if (!row.IsClosing)
                row.Child.Tell(new CancelNow(keepPart, row.Reopens), Self);
            return;
        }
        // Where the journal fails, a paused one is paused again.
        row.PauseAsked |= row.Activity is RowActivity.Held;
        _admission.Remove(row.Id, Steady);
        row.WaitNumber++;
        row.Delay = null;
        if (!row.Begun || !row.IsDurable)
        {
            EndWithoutActor(row, new CancelledOutcome(PartKept: false));
            return;
        }
        row.Activity = RowActivity.Ending;
        _errands.Enqueue(row);
        Pump();
    }

    /// <summary>Gathers the answers of several cancels.</summary>
    private sealed class CancelBatch
    {
        private int _expected;
        private readonly Action<object> _reply;
        private readonly List<CommandDone> _done = [];
        private readonly List<CommandRejected> _rejected = [];

        public CancelBatch(int expected, Action<object> reply)
        {
            (_expected, _reply) = (expected, reply);
            ReplyWhenWhole();
        }

        public void Add(object answer)
        {
            if (answer is CommandDone done)
                _done.Add(done);
            else if (answer is CommandRejected rejected)
                _rejected.Add(rejected);
            ReplyWhenWhole();
        }

        public void AddNone()
        {
            _expected--;
            ReplyWhenWhole();
        }

        private void ReplyWhenWhole()
        {
            if (_done.Count + _rejected.Count == _expected)
                _reply(new CancelReplies(_done, _rejected));
        }
    }
}
