using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>The I/O of a request whose answer goes to subscribers, chunk by chunk: nothing is kept.</summary>
internal sealed class ChunkWork(DownloadTools tools) : ITransferWork, IBodySink
{
    private long _length;

    public bool FlushesToDevice => false;

    public Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken) =>
        new AttemptRunner(tools, this, plan, listener).RunAsync(cancellationToken);

    public Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken) =>
        Task.FromResult(new VerifyResult(new Verified(_length, null, null), null));

    public Task<PublishResult> PublishAsync(Verified verified) => Task.FromResult(new PublishResult(null, default, null));

    public Task DiscardAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask StartAtAsync(long offset, long? length)
    {
        _length = offset;
        return ValueTask.CompletedTask;
    }

    // The bytes reach the subscribers through IAttemptListener.OnChunkAsync.
    public void Write(ReadOnlySpan<byte> data, long offset) => _length = offset + data.Length;

    public void Flush()
    {
    }
}
