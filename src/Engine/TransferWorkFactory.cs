using Ferry.Engine.Cache;
using Ferry.Engine.Downloads;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Engine.Uploads;

namespace Ferry.Engine;

/// <summary>Makes the I/O of transfers: of uploads, and of the rest by their destination.</summary>
public sealed class TransferWorkFactory : ITransferWorkFactory
{
    private readonly TransferTools _tools;
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
        _tools = new TransferTools(transport, settings, time, gate);
        _cache = cache;
    }

    /// <inheritdoc/>
    public ITransferWork Create(ValidatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ITransferWork work = request switch
        {
            { Upload: not null } => new UploadWork(_tools, request),
            { Destination: FileDestination } => new FileWork(_tools, request),
            { Destination: MemoryDestination } => new MemoryWork(_tools, request),
            { Destination: ChunkDestination } => new ChunkWork(_tools),
            _ => throw new ArgumentException($"There is no I/O for the destination {request.Destination.GetType().Name}.", nameof(request)),
        };
        return _cache is not null && CachedWork.Concerns(request) ? new CachedWork(work, _tools, _cache, request) : work;
    }
}
