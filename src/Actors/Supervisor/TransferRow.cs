using Akka.Actor;
using Ferry.Actors.Telemetry;
using Ferry.Actors.Transfers;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Supervisor;

/// <summary>What the supervisor does about a transfer.</summary>
internal enum RowActivity
{
    /// <summary>It is being journaled; nobody was told that it was accepted.</summary>
    Journaling,

    /// <summary>It waits for a slot.</summary>
    Queued,

    /// <summary>Its actor runs.</summary>
    Running,

    /// <summary>Its actor waits, without a slot, until its next attempt.</summary>
    Waiting,

    /// <summary>It has no actor, and gets one after a while: the last one failed.</summary>
    Delayed,

    /// <summary>It is paused.</summary>
    Held,

    /// <summary>It has no actor while the engine stops; it goes on at the next start.</summary>
    Resting,

    /// <summary>It is about to end: its outcome is being journaled, or an actor is to remove its part file.</summary>
    Ending,

    /// <summary>It has ended.</summary>
    Ended,
}

/// <summary>One transfer as the supervisor sees it. Touched by the supervisor alone.</summary>
internal sealed class TransferRow(ValidatedRequest request, DateTimeOffset acceptedAt, TransferFeed feed)
{
    public TransferId Id => Request.Id;

    /// <summary>Its request: as it was accepted, or as it was last resumed with.</summary>
    public ValidatedRequest Request { get; set; } = request;

    public bool IsDurable => Request.IsDurable;

    public string? Target => (Request.Destination as FileDestination)?.Path;

    /// <summary>The file that no other live transfer may write (rule 47).</summary>
    public string? Owned => TransferTable.OwnedBy(Request);

    public DateTimeOffset AcceptedAt { get; } = acceptedAt;

    public Priority Priority { get; set; } = request.Priority;

    public TransferFeed Feed { get; set; } = feed;

    /// <summary>Its place in the order of starts.</summary>
    public long Place { get; set; }

    public RowActivity Activity
    {
        get;
        set
        {
            StateCounter.Moved(field, value);
            field = value;
        }
    } = RowActivity.Journaling;

    /// <summary>Its actor, until that has stopped and its I/O is closed.</summary>
    public IActorRef? Child { get; set; }

    /// <summary>What waits until it has no actor any more.</summary>
    public List<Action> WhenClosed { get; } = [];

    /// <summary>Closes the I/O of its actor, whatever became of the actor.</summary>
    public Func<Task> CloseWork { get; set; } = () => Task.CompletedTask;

    /// <summary>The time its actor rests until, where too many wait to keep it.</summary>
    public DateTimeOffset? RestUntil { get; set; }

    public bool ChildStopped { get; set; }

    public bool HasSlot { get; set; }

    /// <summary>Whether an actor ever ran for it, so that there may be a part file.</summary>
    public bool Begun { get; set; }

    /// <summary>How often it was commanded to be tried again after it had ended.</summary>
    public int Reopens { get; set; }

    /// <summary>Who awaits that it is tried again; null while nobody asked. Until it is journaled it is neither asked twice nor removed.</summary>
    public List<Action<object>>? ReopenReplies { get; set; }

    /// <summary>The request it is tried again with, until that is journaled; null where it is its own.</summary>
    public ValidatedRequest? ReopensWith { get; set; }

    /// <summary>How many commands to go on, while it is held, are being journaled.</summary>
    public int Resumes { get; set; }

    public bool PauseAsked { get; set; }

    /// <summary>Whether it is held since the engine started, which the journal does not know: <see cref="Hosting.FerryOptions.HoldRecovered"/>.</summary>
    public bool HeldAtStart { get; set; }

    /// <summary>Whether a cancel was asked for that is not carried out, and whether to keep the part file.</summary>
    public bool? CancelKeepingPart { get; set; }

    /// <summary>Whether its actor is stopping on its own: rested, over, failed.</summary>
    public bool IsClosing { get; set; }

    public TransferOutcome? Outcome { get; set; }

    /// <summary>Whether its request is not valid any more, so that it cannot be tried again.</summary>
    public bool IsUnusable { get; init; }

    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>Whether the journal knows the outcome.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Why its actor stops where it failed, and whether that speaks against the transfer.</summary>
    public (string Reason, bool Counts)? Failure { get; set; }

    /// <summary>Whether its actor runs only to be cancelled.</summary>
    public bool IsErrand { get; set; }

    /// <summary>Who subscribed to it.</summary>
    public List<IActorRef> Subscribers { get; } = [];

    /// <summary>How often its actor failed since it last got on.</summary>
    public int Failures { get; set; }

    /// <summary>How often its journal failed since then, which speaks against the disk and not against the transfer.</summary>
    public int JournalFailures { get; set; }

    public long WrittenAtFailure { get; set; }

    /// <summary>Why it waits, and until when.</summary>
    public (string Reason, DateTimeOffset Until)? Delay { get; set; }

    /// <summary>Grows with each wait, so that an old alarm is told from the present one.</summary>
    public int WaitNumber { get; set; }

    /// <summary>Who awaits that a cancel takes effect.</summary>
    public List<Action<object>> CancelReplies { get; } = [];

    /// <summary>Who awaits that a pause takes effect.</summary>
    public List<Action<object>> PauseReplies { get; } = [];

    /// <summary>Who sent the same start again before it was journaled.</summary>
    public List<Action<bool>> StartReplies { get; } = [];
}
