using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Protocol;

/// <summary>A question to the TransferSupervisor.</summary>
public interface ITransferQuery;

/// <summary>What is known of a transfer; answered with <see cref="TransferStatus"/> or <see cref="TransferUnknown"/>.</summary>
/// <param name="Id">The transfer.</param>
public sealed record GetTransfer(TransferId Id) : ITransferQuery;

/// <summary>Transfers in the order they were started; answered with <see cref="TransferList"/>.</summary>
/// <param name="Phase">Only those in this phase, or null.</param>
/// <param name="Skip">How many to pass over.</param>
/// <param name="Take">How many at most, 1 to 1000.</param>
public sealed record ListTransfers(TransferPhase? Phase = null, int Skip = 0, int Take = 100) : ITransferQuery;

/// <summary>Why a transfer does not run, and the earliest time it can; answered with <see cref="Explanation"/> or <see cref="TransferUnknown"/>.</summary>
/// <param name="Id">The transfer.</param>
public sealed record Explain(TransferId Id) : ITransferQuery;

/// <summary>Counts of the whole engine; answered with <see cref="TransferStatistics"/>.</summary>
public sealed record GetStatistics : ITransferQuery;

/// <summary>What is known of a transfer.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Url">Its URL without the query string.</param>
/// <param name="TargetPath">The target's path, where there is one.</param>
/// <param name="Received">Bytes at the destination; of an upload, sent so far.</param>
/// <param name="Total">The length of the whole, or null where unknown.</param>
/// <param name="Outcome">How it ended, or null.</param>
public sealed record TransferStatus(
    TransferId Id, TransferPhase Phase, Priority Priority, string Url, string? TargetPath, long Received, long? Total, TransferOutcome? Outcome)
{
    /// <summary>The file an upload sends, or the first of its form; null where it sends none, and for a download.</summary>
    public string? SourcePath { get; init; }
}

/// <summary>No transfer has this id.</summary>
/// <param name="Id">The id.</param>
public sealed record TransferUnknown(TransferId Id);

/// <summary>A page of transfers.</summary>
/// <param name="Transfers">The page.</param>
/// <param name="Total">How many match in all.</param>
public sealed record TransferList(IReadOnlyList<TransferStatus> Transfers, int Total);

/// <summary>Why a transfer does not run.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="Reason">One sentence for a person.</param>
/// <param name="Earliest">The earliest time it can run, where one is known.</param>
public sealed record Explanation(TransferId Id, TransferPhase Phase, string Reason, DateTimeOffset? Earliest);

/// <summary>Counts of the whole engine since it started.</summary>
/// <param name="Queued">Waiting for a slot.</param>
/// <param name="Running">Holding a slot.</param>
/// <param name="Paused">Paused.</param>
/// <param name="Completed">Ended well.</param>
/// <param name="Failed">Ended with an error.</param>
/// <param name="Cancelled">Cancelled.</param>
/// <param name="BytesReceived">Bytes received over the network.</param>
public sealed record TransferStatistics(int Queued, int Running, int Paused, long Completed, long Failed, long Cancelled, long BytesReceived)
{
    /// <summary>Bytes of uploads sent over the network.</summary>
    public long BytesSent { get; init; }
}
