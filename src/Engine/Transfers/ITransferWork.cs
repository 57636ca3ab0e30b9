using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Transfers;

/// <summary>
/// The I/O of one transfer: what <c>TransferMachine</c> decides, this does. One method runs at a time; each ends only when
/// nothing of it is still under way, and none throws for what the network, the server or the disk does.
/// </summary>
public interface ITransferWork : IAsyncDisposable
{
    /// <summary>Sends one request and carries its body to the destination.</summary>
    /// <param name="plan">What to ask.</param>
    /// <param name="listener">Told what happens, from I/O threads.</param>
    /// <param name="cancellationToken">Ends the attempt at once; it then answers <see cref="AttemptStopped"/>.</param>
    Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken);

    /// <summary>Checks length and digest of what was received, flushing it where the durability asks for it.</summary>
    /// <param name="identity">What was received.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken);

    /// <summary>Gives the part file its name, atomically. Called again after a crash it finds out what was done.</summary>
    /// <param name="verified">What was checked.</param>
    Task<PublishResult> PublishAsync(Verified verified);

    /// <summary>Removes the part file, if there is one, or what the server has of an upload.</summary>
    /// <param name="upload">The upload, or null for a download.</param>
    Task DiscardAsync(ResourceIdentity? upload);
}

/// <summary>Makes the I/O of a transfer; tests give their own.</summary>
public interface ITransferWorkFactory
{
    /// <summary>Makes the I/O of a transfer. Opens nothing yet.</summary>
    /// <param name="request">The request.</param>
    ITransferWork Create(ValidatedRequest request);
}

/// <summary>What is asked of the server in one attempt.</summary>
/// <param name="Number">The attempt's number within this process, from 1; answers of older attempts are ignored.</param>
/// <param name="Request">The request.</param>
/// <param name="From">The first byte wanted; zero asks without a range.</param>
/// <param name="Identity">The version the kept bytes belong to, null when <paramref name="From"/> is zero; of an upload what it was prepared with, null before.</param>
/// <param name="Precondition">How the version is made sure of.</param>
public sealed record AttemptPlan(int Number, ValidatedRequest Request, long From, ResourceIdentity? Identity, Precondition Precondition)
{
    /// <summary>Whether this attempt would be repeated if it broke. Where it would not, a 5xx is the answer of a request to memory or chunks.</summary>
    public bool RetryLeft { get; init; }

    /// <summary>
    /// Where the answer is, of a request the server took (303) in an earlier attempt: only that is asked for. Null where the request itself is sent. Of a request whose
    /// answer goes to memory or chunks; an upload ends with what it has.
    /// </summary>
    public Uri? AnswerAt { get; init; }

    /// <summary>Fields that ask whether a stored answer still holds; a 304 is then an answer to them. Empty where nothing is stored.</summary>
    public IReadOnlyList<HeaderField> Conditions { get; init; } = [];
}

/// <summary>Told by an attempt what happens. Calls come from I/O threads, in order, and must not block.</summary>
public interface IAttemptListener
{
    /// <summary>A redirect is being followed.</summary>
    /// <param name="redirect">From where to where.</param>
    void OnRedirected(Redirect redirect);

    /// <summary>Bytes of the request's body were sent. Coalesced; the last call before the answer's header is exact.</summary>
    /// <param name="sent">Bytes sent so far in this attempt.</param>
    /// <param name="total">The body's length, or null where unknown.</param>
    void OnSendProgress(long sent, long? total)
    {
    }

    /// <summary>An upload begins to be sent.</summary>
    /// <param name="from">The first byte of it that is sent.</param>
    /// <param name="identity">What it was prepared with.</param>
    void OnSending(long from, ResourceIdentity identity)
    {
    }

    /// <summary>The final answer's header was accepted: the body comes next.</summary>
    /// <param name="head">Status and header.</param>
    /// <param name="identity">The version the body belongs to.</param>
    void OnHeaders(AnswerHead head, ResourceIdentity identity);

    /// <summary>Bytes reached the destination. Coalesced to a few calls a second; the result carries the last count.</summary>
    /// <param name="written">Bytes at the destination, counted from the start of the body.</param>
    /// <param name="received">Bytes received over the network in this attempt.</param>
    void OnProgress(long written, long received);

    /// <summary>The destination is safe up to here: time for a checkpoint. Called about every checkpoint interval.</summary>
    /// <param name="written">Bytes written from the start.</param>
    /// <param name="flushed">Bytes flushed to the device.</param>
    void OnCheckpointDue(long written, long flushed);

    /// <summary>A chunk of the body; completes when the subscribers have room. Completed at once where nobody listens.</summary>
    /// <param name="data">The bytes; valid until the task completes.</param>
    /// <param name="offset">Their place in the body.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask OnChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken);
}

/// <summary>How an attempt ended.</summary>
/// <param name="Received">Bytes received over the network in this attempt.</param>
/// <param name="Written">Bytes at the destination now, counted from the start of the body.</param>
/// <param name="Flushed">Bytes of these known to be on the device.</param>
public abstract record AttemptResult(long Received, long Written, long Flushed)
{
    /// <summary>Bytes of the request's body sent over the network in this attempt; told for uploads.</summary>
    public long Sent { get; init; }

    /// <summary>Where the server said that the answer is, having taken the request (303), or null; see <see cref="AttemptPlan.AnswerAt"/>.</summary>
    public Uri? AnswerAt { get; init; }

    /// <summary>Whether nothing of an upload's body was sent, so that the server cannot have taken it.</summary>
    public bool NothingSent { get; init; }
}

/// <summary>An upload is ready to be sent, and nothing of it was: what it was prepared with has to be journaled first.</summary>
public sealed record AttemptPrepared(ResourceIdentity Identity) : AttemptResult(0, 0, 0);

/// <summary>The body is whole (by Content-Length, by its last chunk, or 416 with the same length).</summary>
public sealed record AttemptFinished(long Received, long Written, long Flushed, AnswerHead Head, ResourceIdentity Identity)
    : AttemptResult(Received, Written, Flushed)
{
    /// <summary>The phases of the last call.</summary>
    public PerformanceTiming Timing { get; init; } = PerformanceTiming.None;

    /// <summary>Whether the response cache answered, revalidated or not.</summary>
    public bool FromCache { get; init; }

    /// <summary>What did not take effect as asked.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>The kept bytes cannot be continued: drop them, start from zero.</summary>
public sealed record AttemptMustRestart(long Received, RestartReason Reason) : AttemptResult(Received, 0, 0);

/// <summary>The server answered 200 to If-Range with the same ETag: try If-Match once (rule 7).</summary>
public sealed record AttemptWantsIfMatch(long Received, long Written, long Flushed) : AttemptResult(Received, Written, Flushed);

/// <summary>It broke. The bytes counted as written are kept.</summary>
public sealed record AttemptBroke(long Received, long Written, long Flushed, TransferError Error) : AttemptResult(Received, Written, Flushed)
{
    /// <summary>How long the server asks to wait, where it does (Retry-After).</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether flushing failed: the kernel may have dropped what was written since the last flush that succeeded.</summary>
    public bool FlushFailed { get; init; }

    /// <summary>Whether the bytes at the destination are not what the server says they are (rule 37): they are worth nothing.</summary>
    public bool BytesAreWrong { get; init; }
}

/// <summary>It was stopped by its cancellation token; what was received before is written.</summary>
public sealed record AttemptStopped(long Received, long Written, long Flushed) : AttemptResult(Received, Written, Flushed);

/// <summary>What the check found.</summary>
/// <param name="Verified">What can be published, or null where the check failed.</param>
/// <param name="Error">Why it failed; <see cref="TransferError.BytesKept"/> zero means that the part file is worth nothing. Both null: it was stopped.</param>
public sealed record VerifyResult(Verified? Verified, TransferError? Error)
{
    /// <summary>The part file is not what the journal says: start from zero. Null otherwise.</summary>
    public RestartReason? Restart { get; init; }
}

/// <summary>What publishing did.</summary>
/// <param name="Path">The file's final path, where the body went to a file.</param>
/// <param name="Body">The body, where it went to memory.</param>
/// <param name="Error">Why it failed.</param>
public sealed record PublishResult(string? Path, ReadOnlyMemory<byte> Body, TransferError? Error)
{
    /// <summary>Neither the part file nor the published file is there: start from zero. Null otherwise.</summary>
    public RestartReason? Restart { get; init; }
}
