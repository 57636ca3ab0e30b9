using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Ferry.Actors.Transfers;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Supervisor;

/// <content>Slots, the actors of transfers, their waits.</content>
public sealed partial class TransferSupervisor
{
    private const int MostErrands = 32;
    private const int FewestWaitingActors = 64;

    private readonly Dictionary<IActorRef, TransferRow> _children = [];

    // Cancelled transfers without an actor that may have a part file: an actor removes it, a few at a time.
    private readonly Queue<TransferRow> _errands = new();
    private readonly PriorityQueue<(TransferRow Row, int WaitNumber), DateTimeOffset> _alarms = new();
    private int _errandsOut;

    private sealed record WakeUp;

    private void ReceiveFromTransfers()
    {
        Receive<TransferWaits>(OnWaits);
        Receive<TransferOver>(OnOver);
        Receive<TransferRested>(_ => OnRested());
        Receive<TransferJournalFailed>(OnJournalFailed);
        Receive<TransferCrashed>(OnCrashed);
        Receive<WorkClosed>(OnWorkClosed);
    }

    // One that is no child of this supervisor was one before the supervisor was made anew: its words are of a row that is gone.
    private bool IsFromChild([NotNullWhen(true)] out TransferRow? row) => _children.TryGetValue(Sender, out row);

    private void Enqueue(TransferRow row)
    {
        row.Activity = RowActivity.Queued;
        row.Delay = null;
        row.Feed.Enter(TransferPhase.Queued);
        _admission.Add(row.Id, row.Priority, row.Request.Origin, Steady, Steady);
    }

    private void Hold(TransferRow row)
    {
        row.Activity = RowActivity.Held;
        row.Delay = null;
        row.PauseAsked = false;
        row.Feed.Enter(TransferPhase.Paused);
        Answer<object>(row.PauseReplies, new Protocol.CommandDone(row.Id, TransferPhase.Paused) { Note = PauseNote(row) });
    }

    private static string? PauseNote(TransferRow row)
    {
        if (!row.Begun || row.Request.Upload is not { Protocol: UploadProtocol.Plain })
            return null;
        var method = row.Request.Options.Method;
        return RetryDelays.MayRepeat(row.Request)
            ? $"A plain {method} cannot go on where it stopped: when it is resumed, it is sent from the start."
            : $"A plain {method} cannot go on where it stopped, and the server may have taken it already: when it is resumed it fails, unless nothing was sent.";
    }

    /// <summary>Gives free slots to those who are next.</summary>
    private void Pump()
    {
        if (_stopReplies is null)
        {
            while (_admission.TryStart(Steady, out var next))
            {
                if (_table.TryGet(next.Id, out var row))
                    Run(row);
                else
                    _admission.Release(next.Origin, Steady);
            }
        }
        while (_errandsOut < MostErrands && _errands.TryDequeue(out var errand))
            RunErrand(errand);
        SetAlarm();
    }

    private void Run(TransferRow row)
    {
        row.HasSlot = true;
        row.Activity = RowActivity.Running;
        StartChild(row).Tell(new SlotGranted(row.Reopens));
    }

    private void RunErrand(TransferRow row)
    {
        if (row.Activity is RowActivity.Ended || row.Child is not null || row.CancelKeepingPart is not { } keep)
            return;
        _errandsOut++;
        row.IsErrand = true;
        row.Activity = RowActivity.Running;
        StartChild(row).Tell(new CancelNow(keep, row.Reopens));
    }

    private IActorRef StartChild(TransferRow row)
    {
        if (row.Child is not null)
            return row.Child;
        var setup = new TransferSetup(row.Request, row.Feed, WorkFor(row), _options.Transfers, _options.Time, new Random(_random.Next()), Self);
        row.Child = Context.ActorOf(row.IsDurable ? DurableTransferActor.Props(setup) : TransientTransferActor.Props(setup), $"transfer-{row.Id}");
        row.Begun = true;
        row.IsClosing = row.ChildStopped = false;
        row.CloseWork = () => setup.Close();
        _children.Add(row.Child, row);
        return Context.Watch(row.Child);
    }

    private void OnWaits(TransferWaits waits)
    {
        if (!IsFromChild(out var row) || row.IsClosing || row.Activity is RowActivity.Ended)
            return;
        if (waits.WholeOrigin)
            _admission.Park(row.Request.Origin, SteadyAt(waits.Until), Steady);
        // Each actor holds a file open. Beyond a bound one waits without, or, where it would lose its bytes, with its slot.
        var hasRoom = _children.Count - _admission.Running < Math.Max(FewestWaitingActors, 4 * _options.MaxConcurrent);
        if (!hasRoom && row.IsDurable)
        {
            row.RestUntil = waits.Until;
            row.Child!.Tell(new StopNow(), Self);
            return;
        }
        if (hasRoom)
            ReleaseSlot(row);
        Wait(row, RowActivity.Waiting, waits.Until);
        Pump();
    }

    private void Wait(TransferRow row, RowActivity activity, DateTimeOffset until)
    {
        row.Activity = activity;
        SetAlarm(row, "It waits for its next attempt.", until);
    }

    private void ReleaseSlot(TransferRow row)
    {
        if (!row.HasSlot)
            return;
        row.HasSlot = false;
        _admission.Release(row.Request.Origin, Steady);
    }

    private void SetAlarm(TransferRow row, string reason, DateTimeOffset until)
    {
        row.Delay = (reason, until);
        _alarms.Enqueue((row, ++row.WaitNumber), SteadyAt(until));
    }

    private DateTimeOffset SteadyAt(DateTimeOffset wall) => wall + (Steady - Now);

    private void SetAlarm()
    {
        while (_alarms.TryPeek(out var first, out _) && first.WaitNumber != first.Row.WaitNumber)
            _alarms.Dequeue();
        DateTimeOffset? next = _alarms.TryPeek(out _, out var time) ? time : null;
        if (_admission.NextWake is { } parked && !(next < parked))
            next = parked;
        if (next is not { } at)
        {
            Timers.Cancel("alarm");
            return;
        }
        var delay = at - Steady;
        Timers.StartSingleTimer("alarm", new WakeUp(), delay > TimeSpan.Zero ? delay + TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(1));
    }

    private void OnWakeUp()
    {
        var now = Steady;
        while (_alarms.TryPeek(out var due, out var time) && (time <= now || due.WaitNumber != due.Row.WaitNumber))
        {
            _alarms.Dequeue();
            if (due.WaitNumber == due.Row.WaitNumber && due.Row.Delay is not null)
                OnDue(due.Row);
        }
        Pump();
    }

    private void OnDue(TransferRow row)
    {
        if (row.Activity is RowActivity.Waiting && row.HasSlot)
        {
            row.Delay = null;
            row.Activity = RowActivity.Running;
            StartChild(row).Tell(new SlotGranted(row.Reopens));
        }
        else if (row.Activity is RowActivity.Delayed && row.CancelKeepingPart is { } keep)
            CancelRow(row, keep);
        else if (row.Activity is RowActivity.Waiting or RowActivity.Delayed)
            EnqueueWaiting(row);
    }

    // The actor of one that waits keeps its phase: it did not go back to the start.
    private void EnqueueWaiting(TransferRow row)
    {
        if (row.Child is null)
        {
            Enqueue(row);
            return;
        }
        row.Activity = RowActivity.Queued;
        row.Delay = null;
        if (row.Feed.Phase is TransferPhase.Paused)
            row.Feed.Enter(TransferPhase.Queued);
        _admission.Add(row.Id, row.Priority, row.Request.Origin, Steady, Steady);
    }
}
