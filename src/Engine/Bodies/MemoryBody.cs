namespace Ferry.Engine.Bodies;

/// <summary>A body the caller holds in memory: text, JSON, bytes.</summary>
/// <param name="bytes">The bytes.</param>
internal sealed class MemoryBody(ReadOnlyMemory<byte> bytes) : RequestBody
{
    public override long? Length => bytes.Length;

    public override async ValueTask WriteToAsync(Stream target, CancellationToken cancellationToken)
    {
        for (var rest = bytes; rest.Length > 0;)
        {
            var count = Math.Min(rest.Length, BufferBytes);
            await target.WriteAsync(rest[..count], cancellationToken);
            rest = rest[count..];
        }
    }
}
