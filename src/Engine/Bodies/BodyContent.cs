using System.Net;

namespace Ferry.Engine.Bodies;

/// <summary>Hears how a body is sent; on the threads that send it, one call at a time.</summary>
internal interface ISendListener
{
    /// <summary>Fires when nothing more of the body may be sent.</summary>
    CancellationToken Stopped { get; }

    /// <summary>The connection is there; the body's bytes are fetched now from wherever they are.</summary>
    void Began();

    /// <summary>Bytes are about to be written: from here on it is the other side that is waited for.</summary>
    void Writing();

    /// <summary>Bytes were written.</summary>
    /// <param name="sent">Bytes of the body so far.</param>
    /// <param name="total">Its length, or null where unknown.</param>
    void Wrote(long sent, long? total);

    /// <summary>All of the body was written.</summary>
    /// <param name="sent">Its length.</param>
    void Ended(long sent);

    /// <summary>The body broke off.</summary>
    /// <param name="cause">Why.</param>
    void BrokeOff(Exception cause);
}

/// <summary>A body as the platform sends it.</summary>
/// <param name="body">The body.</param>
/// <param name="listener">Told how it goes.</param>
internal sealed class BodyContent(RequestBody body, ISendListener listener) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, listener.Stopped);
        either.Token.ThrowIfCancellationRequested();
        listener.Began();
        try
        {
            var counting = new CountingStream(stream, body.Length, listener);
            await body.WriteToAsync(counting, either.Token);
            listener.Ended(counting.Sent);
        }
        catch (Exception cause)
        {
            listener.BrokeOff(cause);
            throw;
        }
    }

    /// <summary>Whether there is nothing to send.</summary>
    public bool IsEmpty => body.Length == 0;

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length ?? 0;
        return body.Length is not null;
    }

    /// <summary>Counts what is written, and says so.</summary>
    private sealed class CountingStream(Stream target, long? total, ISendListener listener) : WriteOnlyStream
    {
        public long Sent { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
                return;
            listener.Writing();
            await target.WriteAsync(buffer, cancellationToken);
            Sent += buffer.Length;
            listener.Wrote(Sent, total);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);
    }
}
