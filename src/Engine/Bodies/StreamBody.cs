using System.Buffers;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Bodies;

/// <summary>The caller's stream, from where it stands. It is taken when its first byte is asked for, so a connection that fails before costs nothing.</summary>
internal sealed class StreamBody : RequestBody
{
    private readonly StreamData _data;

    public StreamBody(StreamData data)
    {
        if (data.IsTaken)
            throw CannotBeSentAgain();
        _data = data;
    }

    public override long? Length => _data.Length;

    public override bool CanBeSentAgain => false;

    public override async ValueTask WriteToAsync(Stream target, CancellationToken cancellationToken)
    {
        if (!_data.TryTake())
            throw CannotBeSentAgain();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var left = _data.Length ?? long.MaxValue;
        while (left > 0)
        {
            // Where this is cancelled the stream may still write into the buffer: it is left to the garbage collector then.
            var count = await ReadAsync(_data, buffer.AsMemory(0, (int)Math.Min(BufferBytes, left)), cancellationToken);
            if (count == 0)
                break;
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            // The stream may give nothing more for long: what it gave is not kept back for a full packet.
            if (count < BufferBytes)
                await target.FlushAsync(cancellationToken);
            left -= count;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        if (_data.Length is { } length && left > 0)
            throw ReadFailed($"The stream that is sent ended after {length - left} of {length} bytes.");
    }

    /// <summary>Reads from a caller's stream, which need not heed the token: whoever cancels does not wait for it.</summary>
    /// <exception cref="TransferException">It cannot be read.</exception>
    public static async ValueTask<int> ReadAsync(StreamData data, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var reading = data.Content.ReadAsync(buffer, cancellationToken);
            return reading.IsCompleted ? await reading : await reading.AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw ReadFailed($"The stream that is sent cannot be read: {e.Message}", e);
        }
    }

    /// <summary>That a stream was read before.</summary>
    public static TransferException CannotBeSentAgain() => new(new TransferError(
        ErrorCode.BodyCannotBeSentAgain, ErrorStage.Sending, ErrorSide.Caller,
        "The body would have to be sent again, and a stream can be read only once: send a file or bytes instead."));
}
