using Ferry.Engine.Cache;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>Makes the I/O of transfers by their destination.</summary>
public sealed class TransferWorkFactory : ITransferWorkFactory
{
    private readonly DownloadTools _tools;
    private readonly ResponseCache? _cache;

    /// <summary>Makes a factory; the transport stays the caller's to dispose.</summary>
    /// <param name="transport">Sends the requests.</param>
    /// <param name="settings">The engine's settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gate">The gate all transfers share; <see cref="OpenGate.Instance"/> for no limit.</param>
    /// <param name="cache">The response cache, shared by every factory of an engine; null for none.</param>
    public TransferWorkFactory(HttpTransport transport, TransferSettings settings, TimeProvider time, IByteGate gate, ResponseCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(gate);
        _tools = new DownloadTools(transport, settings, time, gate);
        _cache = cache;
    }

    /// <inheritdoc/>
    public ITransferWork Create(ValidatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Destination switch
        {
            FileDestination => Cached(new FileWork(_tools, request), request),
            MemoryDestination => Cached(new MemoryWork(_tools, request), request),
            ChunkDestination => Cached(new ChunkWork(_tools), request),
            var other => throw new ArgumentException($"There is no I/O for the destination {other.GetType().Name}.", nameof(request)),
        };
    }

    private ITransferWork Cached(ITransferWork work, ValidatedRequest request) =>
        _cache is not null && CachedWork.Concerns(request) ? new CachedWork(work, _tools, _cache, request) : work;
}
