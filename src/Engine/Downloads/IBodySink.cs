using Ferry.Engine.Ranges;

namespace Ferry.Engine.Downloads;

/// <summary>Where the bytes of a body go.</summary>
internal interface IBodySink
{
    /// <summary>Whether <see cref="Flush"/> makes bytes survive a loss of power, so that checkpoints wait for it.</summary>
    bool FlushesToDevice { get; }

    /// <summary>Takes note of what the body that begins next is said to be, before <see cref="StartAtAsync"/>.</summary>
    /// <param name="identity">The version it belongs to, with its digests and its name.</param>
    /// <exception cref="Errors.TransferException">It cannot go to this place.</exception>
    void Expect(ResourceIdentity identity)
    {
    }

    /// <summary>Gets ready for a body that begins at an offset; what lies after it is dropped.</summary>
    /// <param name="offset">The place of the first byte.</param>
    /// <param name="length">How many bytes are announced, or null.</param>
    ValueTask StartAtAsync(long offset, long? length);

    /// <summary>Takes bytes at their place.</summary>
    void Write(ReadOnlySpan<byte> data, long offset);

    /// <summary>Flushes what was written before the call; may run beside <see cref="Write"/>.</summary>
    void Flush();
}
