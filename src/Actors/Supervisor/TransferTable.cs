using System.Diagnostics.CodeAnalysis;
using Ferry.Engine.Downloads;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Supervisor;

/// <summary>The supervisor's rows: by id, by the order of starts, by the target they own. No lookup looks at all of them.</summary>
internal sealed class TransferTable
{
    private const int MostTransients = 100;

    private readonly Dictionary<TransferId, TransferRow> _rows = [];
    private readonly SortedDictionary<long, TransferRow> _byPlace = [];
    private readonly Dictionary<string, TransferId> _owners = new(StringComparer.Ordinal);

    // Ended rows, the oldest end first.
    private readonly SortedSet<(DateTimeOffset At, long Place)> _durableHistory = [];

    // Kept apart and few: such a row holds its request, with the body, and must not push out what is durable.
    private readonly SortedSet<(DateTimeOffset At, long Place)> _transientHistory = [];
    private long _places;

    public int Count => _rows.Count;

    public int EndedCount => _durableHistory.Count + _transientHistory.Count;

    /// <summary>The rows in the order of starts.</summary>
    public IEnumerable<TransferRow> Rows => _byPlace.Values;

    public bool TryGet(TransferId id, [NotNullWhen(true)] out TransferRow? row) => _rows.TryGetValue(id, out row);

    /// <summary>Adds a row at the end of the order.</summary>
    public void Add(TransferRow row)
    {
        row.Place = _places++;
        _rows.Add(row.Id, row);
        _byPlace.Add(row.Place, row);
    }

    public void Remove(TransferRow row)
    {
        _rows.Remove(row.Id);
        _byPlace.Remove(row.Place);
        Reopen(row);
        ReleaseTarget(row);
    }

    /// <summary>Who owns a row's target, where another live transfer does.</summary>
    public TransferId? OtherOwner(ValidatedRequest request) =>
        OwnedBy(request) is { } owned && _owners.TryGetValue(owned, out var owner) && owner != request.Id ? owner : null;

    /// <summary>
    /// What a request owns while it lives: its part file, which stands for its target. Where the answer names the target, there is nothing else
    /// to tell yet, and two such transfers of one directory do not meet.
    /// </summary>
    public static string? OwnedBy(ValidatedRequest request) => request.Destination is FileDestination file ? PartPaths.Of(file, request.Id) : null;

    public void OwnTarget(TransferRow row)
    {
        if (row.Owned is { } owned)
            _owners[owned] = row.Id;
    }

    public void ReleaseTarget(TransferRow row)
    {
        if (row.Owned is { } owned && _owners.TryGetValue(owned, out var owner) && owner == row.Id)
            _owners.Remove(owned);
    }

    /// <summary>Takes note of an end.</summary>
    public void End(TransferRow row, TransferOutcome outcome, DateTimeOffset at)
    {
        Reopen(row);
        row.Activity = RowActivity.Ended;
        row.Outcome = outcome;
        row.SettledAt = at;
        HistoryOf(row).Add((at, row.Place));
    }

    /// <summary>Takes an end back.</summary>
    public void Reopen(TransferRow row)
    {
        if (row.SettledAt is { } at)
            HistoryOf(row).Remove((at, row.Place));
        row.SettledAt = null;
        row.Outcome = null;
    }

    /// <summary>The row that ended first, where there are more than a number, or it ended before a time.</summary>
    public TransferRow? Forgettable(int keep, DateTimeOffset before)
    {
        return OldestOf(_transientHistory, Math.Min(keep, MostTransients), before) ?? OldestOf(_durableHistory, keep, before);
    }

    private TransferRow? OldestOf(SortedSet<(DateTimeOffset At, long Place)> history, int keep, DateTimeOffset before) =>
        history.Count > 0 && (history.Count > keep || history.Min.At < before) ? _byPlace[history.Min.Place] : null;

    private SortedSet<(DateTimeOffset At, long Place)> HistoryOf(TransferRow row) => row.IsDurable ? _durableHistory : _transientHistory;
}
