using Akka.Actor;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Transfers;

/// <summary>Supervisor to transfer: it holds a slot now.</summary>
/// <param name="Reopens">How often it was commanded to be tried again after it had ended; one that did not follow the last of these does now.</param>
internal sealed record SlotGranted(int Reopens);

/// <summary>Supervisor to transfer: end it.</summary>
/// <param name="KeepPart">Whether the part file is kept.</param>
/// <param name="Reopens">See <see cref="SlotGranted"/>.</param>
internal sealed record CancelNow(bool KeepPart, int Reopens);

/// <summary>Supervisor to transfer: rest, keeping everything.</summary>
internal sealed record StopNow;

/// <summary>Transfer to supervisor: it waits until a time, and needs a slot then.</summary>
internal sealed record TransferWaits(TransferId Id, DateTimeOffset Until, bool WholeOrigin);

/// <summary>Transfer to supervisor: it ended, the end is journaled and its I/O closed. The supervisor tells the end, so that it is never behind whoever acts on it.</summary>
internal sealed record TransferOver(TransferId Id, TransferOutcome Outcome, Action TellEnd);

/// <summary>Transfer to supervisor: it rests.</summary>
internal sealed record TransferRested(TransferId Id);

/// <summary>Transfer to supervisor: its journal cannot be written or read.</summary>
internal sealed record TransferJournalFailed(TransferId Id, string Reason, bool WhileReading);

/// <summary>Transfer to supervisor: it threw, and stops.</summary>
internal sealed record TransferCrashed(TransferId Id, string Reason);

/// <summary>Supervisor to itself, after the stop of a transfer's actor: nothing of its I/O is under way any more.</summary>
internal sealed record WorkClosed(IActorRef Child);

/// <summary>The I/O broke its promise not to throw.</summary>
internal sealed record WorkThrew(Exception Cause);

/// <summary>The I/O of a transfer that ended is closed.</summary>
internal sealed record EndReady(TransferOutcome Outcome);

/// <summary>The part file was removed.</summary>
internal sealed record PartDiscarded;
