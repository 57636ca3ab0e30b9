using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Protocol;

/// <summary>A durable transfer is journaled, another one queued: it will run.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Phase">What it is doing; for a transfer known before, its present or final phase.</param>
/// <param name="AlreadyKnown">Whether the same transfer was started before.</param>
/// <param name="Warnings">Options that do not take effect, and why.</param>
public sealed record TransferAccepted(TransferId Id, TransferPhase Phase, bool AlreadyKnown, IReadOnlyList<string> Warnings);

/// <summary>The transfer was not taken; nothing was done.</summary>
/// <param name="Id">The id as the caller gave it, or null.</param>
/// <param name="Errors">Every problem.</param>
public sealed record TransferRejected(string? Id, IReadOnlyList<TransferError> Errors);

/// <summary>The command took effect.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Phase">What it is doing now.</param>
public sealed record CommandDone(TransferId Id, TransferPhase Phase)
{
    /// <summary>What whoever commanded it should know, in one sentence, or null.</summary>
    public string? Note { get; init; }
}

/// <summary>The command could not be done; nothing was changed.</summary>
/// <param name="Id">The transfer, where there is one.</param>
/// <param name="Error">Why.</param>
public sealed record CommandRejected(TransferId? Id, TransferError Error);

/// <summary>The answers to a cancel of several.</summary>
/// <param name="Done">The transfers that are cancelled.</param>
/// <param name="Rejected">The transfers that are not, and why.</param>
public sealed record CancelReplies(IReadOnlyList<CommandDone> Done, IReadOnlyList<CommandRejected> Rejected);

/// <summary>The subscription holds.</summary>
/// <param name="Id">The transfer, or null for all.</param>
public sealed record Subscribed(TransferId? Id);

/// <summary>The subscription is over.</summary>
/// <param name="Id">The transfer, or null for all.</param>
public sealed record Unsubscribed(TransferId? Id);
