namespace Ferry.Engine.Bodies;

/// <summary>A body that is written at a pace: after each piece it waits until the next one may come.</summary>
/// <param name="body">The body.</param>
/// <param name="grain">The most bytes of a piece.</param>
/// <param name="wait">Waits after so many bytes.</param>
internal sealed class PacedBody(RequestBody body, int grain, Func<int, CancellationToken, ValueTask> wait) : RequestBody
{
    public override long? Length => body.Length;

    public override string? ContentType => body.ContentType;

    public override bool CanBeSentAgain => body.CanBeSentAgain;

    public override ValueTask WriteToAsync(Stream target, CancellationToken cancellationToken) =>
        body.WriteToAsync(new PacedStream(target, grain, wait), cancellationToken);

    private sealed class PacedStream(Stream target, int grain, Func<int, CancellationToken, ValueTask> wait) : WriteOnlyStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var rest = buffer; !rest.IsEmpty;)
            {
                var count = Math.Min(rest.Length, grain);
                await target.WriteAsync(rest[..count], cancellationToken);
                await wait(count, cancellationToken);
                rest = rest[count..];
            }
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);
    }
}
