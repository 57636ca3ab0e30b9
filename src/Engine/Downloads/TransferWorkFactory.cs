using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>Makes the I/O of transfers by their destination.</summary>
public sealed class TransferWorkFactory : ITransferWorkFactory
{
    private readonly DownloadTools _tools;

    /// <summary>Makes a factory; the transport stays the caller's to dispose.</summary>
    /// <param name="transport">Sends the requests.</param>
    /// <param name="settings">The engine's settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gate">The gate all transfers share; <see cref="OpenGate.Instance"/> for no limit.</param>
    public TransferWorkFactory(HttpTransport transport, TransferSettings settings, TimeProvider time, IByteGate gate)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(gate);
        _tools = new DownloadTools(transport, settings, time, gate);
    }

    /// <inheritdoc/>
    public ITransferWork Create(ValidatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Destination switch
        {
            FileDestination => new FileWork(_tools, request),
            MemoryDestination => new MemoryWork(_tools, request),
            ChunkDestination => new ChunkWork(_tools),
            var other => throw new ArgumentException($"There is no I/O for the destination {other.GetType().Name}.", nameof(request)),
        };
    }
}
