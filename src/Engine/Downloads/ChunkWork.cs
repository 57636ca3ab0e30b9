using Ferry.Engine.Integrity;
using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>The I/O of a request whose answer goes to subscribers, chunk by chunk: nothing is kept.</summary>
internal sealed class ChunkWork(TransferTools tools) : ITransferWork, IBodySink
{
    private DigestHasher? _hasher;
    private Digests _announced = Digests.None;
    private long _hashed;
    private long _length;

    public bool FlushesToDevice => false;

    public Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken) =>
        new AttemptRunner(tools, this, plan, listener).RunAsync(cancellationToken);

    public Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken)
    {
        var wrong = _hasher is null ? null : DigestErrors.Check(_announced, _hasher.Finish());
        return Task.FromResult(wrong is null ? new VerifyResult(new Verified(_length, null, null), null) : new VerifyResult(null, wrong));
    }

    public Task<PublishResult> PublishAsync(Verified verified) => Task.FromResult(new PublishResult(null, default, null));

    public Task DiscardAsync(ResourceIdentity? upload) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _hasher?.Dispose();
        return ValueTask.CompletedTask;
    }

    public void Expect(ResourceIdentity identity) => _announced = Digests.Parse(identity.ReprDigest);

    public ValueTask StartAtAsync(long offset, long? length)
    {
        _length = offset;
        // A body that goes on is hashed on; nothing can be hashed again here.
        if (offset == 0)
        {
            _hashed = 0;
            _hasher?.Dispose();
            _hasher = _announced.Kinds is DigestKinds.None ? null : new DigestHasher(_announced.Kinds);
        }
        return ValueTask.CompletedTask;
    }

    // The bytes reach the subscribers through IAttemptListener.OnChunkAsync.
    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        // A chunk that the subscribers did not take comes again.
        var seen = (int)Math.Clamp(_hashed - offset, 0, data.Length);
        _hasher?.Append(data[seen..]);
        _hashed = Math.Max(_hashed, offset + data.Length);
        _length = offset + data.Length;
    }

    public void Flush()
    {
    }
}
