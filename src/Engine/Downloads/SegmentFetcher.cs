using System.Buffers;
using Ferry.Engine.Http;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>Carries one body from the socket through a pooled buffer to its place, at the pace of the slowest: disk, subscribers, limits.</summary>
internal sealed class SegmentFetcher(IBodySink sink, IAttemptListener listener, CheckpointPacer pacer, IByteGate gate, int bufferBytes)
{
    private const int SmallestBuffer = 4096;

    // From here on writing takes longer than waking another thread: the next bytes are read meanwhile.
    private const int WorthAnotherThread = 64 * 1024;

    /// <summary>Reads a body to its proper end.</summary>
    /// <param name="answer">The answer, opened with the verdict.</param>
    /// <param name="accepted">The verdict.</param>
    /// <param name="window">The bytes of it that are kept; once no more of them can come, the body is left.</param>
    /// <param name="cancellationToken">Ends it; every byte that was received is at the destination then.</param>
    public async Task FetchAsync(HttpAnswer answer, AcceptFrom accepted, BodyWindow window, CancellationToken cancellationToken)
    {
        var size = (int)Math.Clamp((accepted.BodyLength + 1) ?? bufferBytes, SmallestBuffer, bufferBytes);
        var grain = Math.Min(size, gate.Grain);
        var (front, back) = (ArrayPool<byte>.Shared.Rent(size), grain >= WorthAnotherThread ? ArrayPool<byte>.Shared.Rent(size) : []);
        var putting = Task.CompletedTask;
        try
        {
            var position = accepted.Offset;
            long counted = 0;
            int count;
            var end = accepted.Offset + accepted.BodyLength;
            while ((count = await answer.ReadAsync(front.AsMemory(0, grain), cancellationToken)) > 0)
            {
                // Of a coded body, what came over the network is counted and held back, not what it decodes to.
                var received = (int)(answer.Received - counted);
                counted = answer.Received;
                pacer.Count(received);
                await putting;
                var kept = window.Cut(front.AsMemory(0, count), position);
                if (kept.Length >= WorthAnotherThread)
                {
                    putting = PutBesideAsync(kept, window.Place(position), cancellationToken);
                    (front, back) = (back, front);
                }
                else if (!kept.IsEmpty)
                {
                    await PutAsync(kept, window.Place(position), cancellationToken);
                }
                position += count;
                if (window.EndsBefore(position) && position != end)
                    break;
                await gate.WaitAsync(received, cancellationToken);
            }
            await putting;
        }
        finally
        {
            // The buffer is in use until then; and what was received is at the destination when this returns.
            await putting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(front);
            if (back.Length > 0)
                ArrayPool<byte>.Shared.Return(back);
        }
    }

    private async Task PutBesideAsync(ReadOnlyMemory<byte> data, long position, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await PutAsync(data, position, cancellationToken);
    }

    private async ValueTask PutAsync(ReadOnlyMemory<byte> data, long position, CancellationToken cancellationToken)
    {
        sink.Write(data.Span, position);
        // A chunk that the subscribers did not take is not claimed: it is fetched again.
        await listener.OnChunkAsync(data, position, cancellationToken);
        pacer.Advance(position + data.Length);
    }
}
