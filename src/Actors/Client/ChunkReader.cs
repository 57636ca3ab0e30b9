using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Ferry.Actors.Protocol;

namespace Ferry.Actors.Client;

/// <summary>Chunks that wait for whoever takes them; never more than there are credits.</summary>
internal sealed class ChunkReader
{
    private readonly Channel<DataReceived> _chunks = Channel.CreateUnbounded<DataReceived>(new UnboundedChannelOptions { SingleReader = true });

    public bool TryTake([MaybeNullWhen(false)] out DataReceived chunk) => _chunks.Reader.TryRead(out chunk);

    public void Put(DataReceived chunk) => _chunks.Writer.TryWrite(chunk);

    public void End() => _chunks.Writer.TryComplete();

    public IAsyncEnumerable<DataReceived> ReadAllAsync(CancellationToken cancellationToken) => _chunks.Reader.ReadAllAsync(cancellationToken);
}
