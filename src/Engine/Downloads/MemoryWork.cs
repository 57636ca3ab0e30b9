using Ferry.Engine.Errors;
using Ferry.Engine.Integrity;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>The I/O of a request whose answer is held in memory, up to its limit.</summary>
internal sealed class MemoryWork(TransferTools tools, ValidatedRequest request) : ITransferWork, IBodySink
{
    private const int LargestReservation = 1024 * 1024;

    private byte[] _body = [];
    private int _length;

    public bool FlushesToDevice => false;

    public Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken) =>
        _length < plan.From
            ? Task.FromResult<AttemptResult>(new AttemptMustRestart(0, RestartReason.PartFileLost))
            : new AttemptRunner(tools, this, plan, listener).RunAsync(cancellationToken);

    public async Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken)
    {
        var announced = Digests.Parse(identity.ReprDigest);
        if (announced.Kinds is not DigestKinds.None)
        {
            // Hashing is not for the thread of an actor.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            using var hasher = new DigestHasher(announced.Kinds);
            hasher.Append(_body.AsSpan(0, _length));
            if (DigestErrors.Check(announced, hasher.Finish()) is { } wrong)
                return new VerifyResult(null, wrong);
        }
        return new VerifyResult(new Verified(_length, null, null), null);
    }

    public Task<PublishResult> PublishAsync(Verified verified) => Task.FromResult(new PublishResult(null, _body.AsMemory(0, _length), null));

    public Task DiscardAsync(ResourceIdentity? upload)
    {
        (_body, _length) = ([], 0);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask StartAtAsync(long offset, long? length)
    {
        _length = (int)offset;
        if (length is { } more)
        {
            CheckLimit(offset + more);
            // What a server announces is not yet there: memory follows the bytes that come.
            Reserve((int)(offset + Math.Min(more, LargestReservation)));
        }
        return ValueTask.CompletedTask;
    }

    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        CheckLimit(offset + data.Length);
        Reserve((int)offset + data.Length);
        data.CopyTo(_body.AsSpan((int)offset));
        _length = (int)offset + data.Length;
    }

    public void Flush()
    {
    }

    private void CheckLimit(long length)
    {
        if (length <= request.Options.MaxLimit)
            return;
        throw new TransferException(new TransferError(
            ErrorCode.TooLarge, ErrorStage.Receiving, ErrorSide.Caller,
            $"The answer is larger than maxLimit, {request.Options.MaxLimit} bytes: raise it (up to {RequestValidation.MaxMemoryLimit}), or receive to a file or in chunks."));
    }

    private void Reserve(int length)
    {
        if (length > _body.Length)
            Array.Resize(ref _body, Math.Max(length, (int)Math.Min(request.Options.MaxLimit, Math.Max(4096, _body.Length * 2L))));
    }
}
