using Ferry.Engine.Requests;

namespace Ferry.Actors.Transfers;

/// <summary>What the index's events make. Pure.</summary>
internal sealed class IndexState
{
    private readonly Dictionary<TransferId, long> _places = [];
    private readonly SortedDictionary<long, IndexRow> _rows = [];
    private long _next;

    public int Count => _rows.Count;

    /// <summary>The rows in the order they were accepted.</summary>
    public IReadOnlyList<IndexRow> Rows => [.. _rows.Values];

    public void Restore(IndexSnapshot snapshot)
    {
        _places.Clear();
        _rows.Clear();
        foreach (var row in snapshot.Rows)
            Add(row);
    }

    public void Apply(IndexEvent @event)
    {
        switch (@event)
        {
            case TransferWasAccepted e when !_places.ContainsKey(e.Id):
                Add(new IndexRow(e.Id, e.Request, e.At));
                break;
            case TransferWasRemoved e when _places.Remove(e.Id, out var place):
                _rows.Remove(place);
                break;
            default:
                if (_places.TryGetValue(@event.Id, out var known))
                    _rows[known] = Changed(_rows[known], @event);
                break;
        }
    }

    private static IndexRow Changed(IndexRow row, IndexEvent @event) => @event switch
    {
        TransferWasResumedWith e => Changed(row with { Request = e.Request }, new TransferWasResumed(e.Id, e.Again)),
        TransferWasResumed { Again: true } => row with { Paused = false, Reopens = row.Reopens + 1, Outcome = null, SettledAt = null },
        // One that crossed the end does not take it back.
        TransferWasResumed when row.Outcome is null => row with { Paused = false },
        TransferWasPaused when row.Outcome is null => row with { Paused = true },
        TransferPriorityWasChanged e => row with { Priority = e.Priority },
        TransferWasSettled e => row with { Outcome = e.Outcome, SettledAt = e.At, Paused = false },
        _ => row,
    };

    private void Add(IndexRow row)
    {
        _places[row.Id] = _next;
        _rows[_next++] = row;
    }
}
