using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Transfers;

/// <summary>A fact of the index: which transfers there are, and what was commanded.</summary>
/// <param name="Id">The transfer.</param>
internal abstract record IndexEvent(TransferId Id);

/// <summary>The transfer was taken.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Request">The whole request.</param>
/// <param name="At">When.</param>
internal sealed record TransferWasAccepted(TransferId Id, TransferRequest Request, DateTimeOffset At) : IndexEvent(Id);

/// <summary>A pause was commanded.</summary>
internal sealed record TransferWasPaused(TransferId Id) : IndexEvent(Id);

/// <summary>Going on was commanded; with <paramref name="Again"/> of a transfer that had ended.</summary>
internal sealed record TransferWasResumed(TransferId Id, bool Again) : IndexEvent(Id);

/// <summary>Going on with another request for the same content was commanded; with <paramref name="Again"/> of a transfer that had ended.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Request">The whole request, in the place of the one before.</param>
/// <param name="Again">As of <see cref="TransferWasResumed"/>.</param>
internal sealed record TransferWasResumedWith(TransferId Id, TransferRequest Request, bool Again) : IndexEvent(Id);

/// <summary>It has another priority.</summary>
internal sealed record TransferPriorityWasChanged(TransferId Id, int Priority) : IndexEvent(Id);

/// <summary>It ended. Told again after a crash it changes nothing.</summary>
internal sealed record TransferWasSettled(TransferId Id, TransferOutcome Outcome, DateTimeOffset At) : IndexEvent(Id);

/// <summary>It is forgotten.</summary>
internal sealed record TransferWasRemoved(TransferId Id) : IndexEvent(Id);

/// <summary>The index as a whole.</summary>
/// <param name="Rows">Its rows in the order they were accepted.</param>
internal sealed record IndexSnapshot(IReadOnlyList<IndexRow> Rows);

/// <summary>One transfer as the journal knows it.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Request">The whole request: as it was accepted, or as it was last resumed with.</param>
/// <param name="AcceptedAt">When it was taken.</param>
internal sealed record IndexRow(TransferId Id, TransferRequest Request, DateTimeOffset AcceptedAt)
{
    public int Priority { get; init; } = Request.Options.Priority;

    public bool Paused { get; init; }

    /// <summary>How often it was to be tried again after it had ended; its own journal tells how often it was.</summary>
    public int Reopens { get; init; }

    public TransferOutcome? Outcome { get; init; }

    public DateTimeOffset? SettledAt { get; init; }
}

/// <summary>A fact of one transfer as it is journaled.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Fact">The fact.</param>
internal sealed record JournaledFact(TransferId Id, TransferFact Fact);
