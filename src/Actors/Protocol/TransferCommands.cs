using Akka.Actor;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Protocol;

/// <summary>A command to the TransferSupervisor. Every command is answered.</summary>
public interface ITransferCommand;

/// <summary>
/// Starts a transfer; answered with <see cref="TransferAccepted"/> or <see cref="TransferRejected"/>. A known id with the same request
/// is the same transfer; with another request it is rejected.
/// </summary>
/// <param name="Request">What to transfer.</param>
/// <param name="Subscription">What to tell the sender about it from its first event on; null for nothing.</param>
public sealed record StartTransfer(TransferRequest Request, Subscription? Subscription = null) : ITransferCommand;

/// <summary>Cancels a transfer: its socket closes at once and its part file is removed; answered with <see cref="CommandDone"/> or <see cref="CommandRejected"/>.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="KeepPart">Whether to keep the part file.</param>
public sealed record CancelTransfer(TransferId Id, bool KeepPart = false) : ITransferCommand;

/// <summary>Cancels several transfers; answered with <see cref="CancelReplies"/>.</summary>
/// <param name="Ids">The transfers.</param>
public sealed record CancelTransfers(IReadOnlyList<TransferId> Ids) : ITransferCommand;

/// <summary>Cancels every transfer that has not ended; answered with <see cref="CancelReplies"/>.</summary>
public sealed record CancelAll : ITransferCommand;

/// <summary>Stops a transfer and keeps what it has; answered with <see cref="CommandDone"/> or <see cref="CommandRejected"/>.</summary>
/// <param name="Id">The transfer.</param>
public sealed record PauseTransfer(TransferId Id) : ITransferCommand;

/// <summary>
/// Lets a paused transfer go on; one that failed, or was cancelled keeping its part file, is tried again from the bytes it kept. Answered with <see cref="CommandDone"/> or <see cref="CommandRejected"/>.
/// </summary>
/// <param name="Id">The transfer.</param>
/// <param name="Instead">
/// The request to go on with from now on, as where a token expired; null for the one it has. Only of a durable transfer that is paused, failed or was cancelled; it is
/// journaled before the answer. It asks for the same content from the same URL to the same place: its credentials (<c>Authorization</c>, <c>Cookie</c>, keys and tokens by
/// their names, and what <see cref="RequestOptions.SecretHeaders"/> names), connection, timeouts, limits and retries may be others, and the priority stays what it is. Anything
/// else is rejected, and the error names what differs.
/// </param>
public sealed record ResumeTransfer(TransferId Id, TransferRequest? Instead = null) : ITransferCommand;

/// <summary>Changes a transfer's priority; answered with <see cref="CommandDone"/> or <see cref="CommandRejected"/>.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Priority">1 to 1000.</param>
public sealed record ChangePriority(TransferId Id, int Priority) : ITransferCommand;

/// <summary>Removes an ended transfer from the history; its file stays. Answered with <see cref="CommandDone"/> or <see cref="CommandRejected"/>.</summary>
/// <param name="Id">The transfer.</param>
public sealed record RemoveTransfer(TransferId Id) : ITransferCommand;

/// <summary>Subscribes the sender to events; answered with <see cref="Subscribed"/> or <see cref="CommandRejected"/>. A subscriber that stops is forgotten.</summary>
/// <param name="Id">The transfer, or null for all.</param>
/// <param name="Subscription">Which events.</param>
public sealed record Subscribe(TransferId? Id, Subscription Subscription) : ITransferCommand;

/// <summary>Ends the sender's subscription; answered with <see cref="Unsubscribed"/>.</summary>
/// <param name="Id">The transfer, or null for the subscription to all.</param>
public sealed record Unsubscribe(TransferId? Id) : ITransferCommand;

/// <summary>Lets a data subscriber receive more chunks of a transfer. The one command without a reply: chunks are its answer.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Chunks">How many more <see cref="DataReceived"/> the sender can take, 1 or more.</param>
public sealed record GrantCredits(TransferId Id, int Chunks) : ITransferCommand;

/// <summary>Which events a subscriber wants. The terminal event always comes.</summary>
/// <param name="Events">The events.</param>
/// <param name="Credits">How many chunks may be under way to the subscriber before it grants more (see <see cref="GrantCredits"/>); for <see cref="EventKinds.Data"/> only.</param>
public sealed record Subscription(EventKinds Events, int Credits = 16)
{
    /// <summary>The subscriber, where it is not the sender of the command.</summary>
    public IActorRef? Subscriber { get; init; }
}

/// <summary>Kinds of events a subscriber can ask for.</summary>
[Flags]
public enum EventKinds
{
    /// <summary>The terminal event alone.</summary>
    None = 0,

    /// <summary><see cref="TransferStateChanged"/>, <see cref="TransferRedirected"/>, <see cref="TransferRetrying"/>, <see cref="TransferRestarted"/>.</summary>
    State = 1,

    /// <summary><see cref="HeadersReceived"/>.</summary>
    Headers = 2,

    /// <summary><see cref="DataReceiveProgress"/> and <see cref="DataSendProgress"/>.</summary>
    Progress = 4,

    /// <summary><see cref="DataReceived"/> and <see cref="DataEnded"/>: slows the socket down to the pace of the subscriber.</summary>
    Data = 8,

    /// <summary>All but the data.</summary>
    AllButData = State | Headers | Progress,

    /// <summary>Everything.</summary>
    All = AllButData | Data,
}
