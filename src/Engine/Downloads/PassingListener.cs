using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>Passes everything on to another listener; what is to be heard on the way is overridden.</summary>
internal abstract class PassingListener(IAttemptListener listener) : IAttemptListener
{
    public virtual void OnRedirected(Redirect redirect) => listener.OnRedirected(redirect);

    public void OnSendProgress(long sent, long? total) => listener.OnSendProgress(sent, total);

    public void OnSending(long from, ResourceIdentity identity) => listener.OnSending(from, identity);

    public virtual void OnHeaders(AnswerHead head, ResourceIdentity identity) => listener.OnHeaders(head, identity);

    public void OnProgress(long written, long received) => listener.OnProgress(written, received);

    public void OnCheckpointDue(long written, long flushed) => listener.OnCheckpointDue(written, flushed);

    public ValueTask OnChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken) =>
        listener.OnChunkAsync(data, offset, cancellationToken);
}
