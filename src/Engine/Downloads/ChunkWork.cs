using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>The I/O of a request whose answer goes to subscribers, chunk by chunk: nothing is kept.</summary>
internal sealed class ChunkWork(DownloadTools tools) : ITransferWork, IBodySink
{
    private long _length;

    public bool FlushesToDevice => false;

    public async Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken)
    {
        var result = await new AttemptRunner(tools, this, plan, listener).RunAsync(cancellationToken);
        _length = result.Written;
        return result;
    }

    public Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken) =>
        Task.FromResult(new VerifyResult(new Verified(_length, null, null), null));

    public Task<PublishResult> PublishAsync(Verified verified) => Task.FromResult(new PublishResult(null, default, null));

    public Task DiscardAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask StartAtAsync(long offset, long? length) => ValueTask.CompletedTask;

    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        // The bytes reach the subscribers through IAttemptListener.OnChunkAsync.
    }

    public void Flush()
    {
    }
}
