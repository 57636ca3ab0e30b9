using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Protocol;

/// <summary>Something that happened to a transfer, told to its subscribers (spec/requests.md section 3).</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Sequence">Grows by one with each event of the transfer within this process; gaps are events the subscriber did not ask for.</param>
public abstract record TransferEvent(TransferId Id, long Sequence);

/// <summary>Its phase changed.</summary>
public sealed record TransferStateChanged(TransferId Id, long Sequence, TransferPhase Phase) : TransferEvent(Id, Sequence);

/// <summary>A redirect is followed.</summary>
public sealed record TransferRedirected(TransferId Id, long Sequence, Redirect Redirect) : TransferEvent(Id, Sequence);

/// <summary>An attempt broke; the next one starts at <paramref name="NotBefore"/>.</summary>
public sealed record TransferRetrying(TransferId Id, long Sequence, int Retry, DateTimeOffset NotBefore, TransferError Error)
    : TransferEvent(Id, Sequence);

/// <summary>The bytes received so far were dropped.</summary>
public sealed record TransferRestarted(TransferId Id, long Sequence, RestartReason Reason) : TransferEvent(Id, Sequence);

/// <summary>The final answer's header. Told once.</summary>
public sealed record HeadersReceived(TransferId Id, long Sequence, AnswerHead Head) : TransferEvent(Id, Sequence);

/// <summary>A chunk of the body, in order, never dropped.</summary>
public sealed record DataReceived(TransferId Id, long Sequence, long Offset, ReadOnlyMemory<byte> Data) : TransferEvent(Id, Sequence);

/// <summary>How far the body came. Coalesced; the last one is exact and always told.</summary>
public sealed record DataReceiveProgress(TransferId Id, long Sequence, long ReceiveSize, long? TotalSize) : TransferEvent(Id, Sequence);

/// <summary>How far the request's body was sent. Coalesced; the last one is exact and always told.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Sequence">The event's number.</param>
/// <param name="SendSize">Bytes sent since the event before.</param>
/// <param name="Sent">Bytes sent so far.</param>
/// <param name="TotalSize">The body's length, or null where unknown.</param>
public sealed record DataSendProgress(TransferId Id, long Sequence, long SendSize, long Sent, long? TotalSize) : TransferEvent(Id, Sequence);

/// <summary>The last byte of a success was told.</summary>
public sealed record DataEnded(TransferId Id, long Sequence) : TransferEvent(Id, Sequence);

/// <summary>The one last event of a transfer.</summary>
public abstract record TransferTerminated(TransferId Id, long Sequence) : TransferEvent(Id, Sequence);

/// <summary>It ended well.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Sequence">The event's number.</param>
/// <param name="Outcome">Length, digest, path.</param>
/// <param name="Head">Status and header of the answer; null where the transfer had ended before this process.</param>
/// <param name="Body">The body, where it went to memory.</param>
/// <param name="Received">Bytes received over the network in this process.</param>
/// <param name="ResumedFrom">The offset this process went on from, of an upload as its server told it; zero for a fresh transfer.</param>
public sealed record TransferCompleted(
    TransferId Id, long Sequence, CompletedOutcome Outcome, AnswerHead? Head, ReadOnlyMemory<byte> Body, long Received, long ResumedFrom)
    : TransferTerminated(Id, Sequence)
{
    /// <summary>The response as the source APIs have it, where the body went to memory or in chunks; null for a file.</summary>
    public TransferResponse? Response { get; init; }

    /// <summary>Bytes of an upload's body sent over the network in this process.</summary>
    public long Sent { get; init; }
}

/// <summary>It failed.</summary>
public sealed record TransferFailed(TransferId Id, long Sequence, TransferError Error) : TransferTerminated(Id, Sequence);

/// <summary>It was cancelled (code 2300042).</summary>
public sealed record TransferCancelled(TransferId Id, long Sequence, bool PartKept) : TransferTerminated(Id, Sequence);
