namespace Ferry.Engine.Http;

/// <summary>
/// A connection that tells the request on it of the first byte sent and the first byte received. Which request that is, the flow of control
/// says: on HTTP/1.1 a request writes and reads by itself.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="madeFor">The request it was made for, or null.</param>
internal sealed class TimedStream(Stream connection, HopTiming? madeFor) : Stream
{
    /// <summary>The request it was made for; others use it later.</summary>
    public HopTiming? MadeFor { get; } = madeFor;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Wraps a connection of HTTP/1.1; an HTTP/2 one is shared by requests and written and read by none of them.</summary>
    public static Stream Around(Stream connection, Version http, HopTiming? madeFor) => http.Major == 1 ? new TimedStream(connection, madeFor) : connection;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        HopTiming.Current is { AwaitsAnswer: true } hop ? ReadFirstAsync(hop, buffer, cancellationToken) : connection.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        HopTiming.Current?.Sent(this);
        return connection.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override void Flush() => connection.Flush();

    public override int Read(byte[] buffer, int offset, int count) => connection.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => connection.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadFirstAsync(HopTiming hop, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await connection.ReadAsync(buffer, cancellationToken);
        if (count > 0)
            hop.Received();
        return count;
    }
}
