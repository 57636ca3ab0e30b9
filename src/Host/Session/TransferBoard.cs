using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Host.Session;

/// <summary>All transfers of one run, and their sums.</summary>
internal sealed class TransferBoard
{
    private readonly Dictionary<TransferId, TransferRow> _byId;

    /// <summary>Follows these requests.</summary>
    /// <param name="requests">The requests, in the order they are shown.</param>
    public TransferBoard(IEnumerable<TransferRequest> requests)
    {
        Rows = [.. requests.Select(r => new TransferRow(r))];
        _byId = Rows.ToDictionary(r => r.Id);
    }

    /// <summary>The transfers, in the order asked for.</summary>
    public IReadOnlyList<TransferRow> Rows { get; }

    /// <summary>How many are over.</summary>
    public int Ended { get; private set; }

    /// <summary>Whether all are over.</summary>
    public bool AllEnded => Ended == Rows.Count;

    /// <summary>How many failed.</summary>
    public int Failed => Rows.Count(r => r.Phase == TransferPhase.Failed);

    /// <summary>How many were cancelled.</summary>
    public int Cancelled => Rows.Count(r => r.Phase == TransferPhase.Cancelled);

    /// <summary>How many hold a slot.</summary>
    public int Active => Rows.Count(r => IsActive(r.Phase));

    /// <summary>Bytes at the destinations.</summary>
    public long Bytes => Rows.Sum(r => r.Bytes);

    /// <summary>The length of all together, or null while one of them is unknown.</summary>
    public long? Total => Rows.Any(r => r.Total is null && r.Phase != TransferPhase.Failed) ? null : Rows.Sum(r => r.Total ?? r.Bytes);

    /// <summary>Bytes a second of all together.</summary>
    public double Rate => Rows.Sum(r => r.Rate ?? 0);

    /// <summary>Whether a transfer in this phase is at work, rather than waiting or over.</summary>
    public static bool IsActive(TransferPhase phase) => phase is TransferPhase.Probing or TransferPhase.Transferring
        or TransferPhase.WaitingToRetry or TransferPhase.Verifying or TransferPhase.Publishing or TransferPhase.Stopping;

    /// <summary>The transfer with this id, or null where it is none of this run's.</summary>
    public TransferRow? Find(TransferId id) => _byId.GetValueOrDefault(id);

    /// <summary>Notes that one more is over.</summary>
    public void CountEnded() => Ended++;
}
