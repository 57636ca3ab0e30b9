using System.Globalization;

namespace Ferry.JournalKills;

/// <summary>What one ledger was acknowledged so far, and whether what was recovered keeps to it.</summary>
public sealed class LedgerHistory
{
    private readonly List<int> _values = [];
    private readonly List<LedgerState> _states = [LedgerState.Empty];
    private long _snapshotAt;
    private long _deletedTo;

    /// <summary>Takes an acknowledgement.</summary>
    /// <param name="told">The acknowledgement.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Take(Acknowledgement told)
    {
        switch (told.What)
        {
            case Acknowledged.Entry when told.Number != _values.Count + 1:
                return Text($"entry {told.Number} was acknowledged after {_values.Count}");
            case Acknowledged.Entry:
                Add(told.Value);
                return null;
            case Acknowledged.Snapshot:
                _snapshotAt = Math.Max(_snapshotAt, told.Number);
                return null;
            case Acknowledged.Deletion:
                _deletedTo = Math.Max(_deletedTo, told.Number);
                return null;
            default:
                return Text($"{told.What} at {told.Number}");
        }
    }

    /// <summary>Judges a recovery, and takes what it found beyond the acknowledged as written.</summary>
    /// <param name="usual">Recovered from the newest snapshot.</param>
    /// <param name="eventsOnly">Recovered from the events alone.</param>
    /// <returns>What is wrong.</returns>
    public IReadOnlyList<string> Judge(Recovered usual, Recovered eventsOnly)
    {
        List<string> wrong = [.. JudgeSnapshot(usual), .. JudgeEvents(usual, usual.SnapshotAt)];
        if (usual.Highest < _values.Count)
            wrong.Add(Text($"the highest number is {usual.Highest}, but {_values.Count} was acknowledged"));
        if (eventsOnly.Highest != usual.Highest)
            wrong.Add(Text($"the highest number is {usual.Highest} once and {eventsOnly.Highest} then"));
        var first = eventsOnly.Events.Count > 0 ? eventsOnly.Events[0].SequenceNr : eventsOnly.Highest + 1;
        if (first <= _deletedTo)
            wrong.Add(Text($"entry {first} is there, but all up to {_deletedTo} were deleted"));
        if (first > usual.SnapshotAt + 1)
            wrong.Add(Text($"the events begin at {first}, but the snapshot is at {usual.SnapshotAt}"));
        wrong.AddRange(JudgeEvents(eventsOnly, first - 1));
        foreach (var (sequenceNr, entry) in usual.Events)
        {
            if (sequenceNr == _values.Count + 1)
                Add(entry.Value);
        }
        return wrong;
    }

    private IEnumerable<string> JudgeSnapshot(Recovered usual)
    {
        if (usual.SnapshotAt < _snapshotAt)
            yield return Text($"the snapshot is at {usual.SnapshotAt}, but one at {_snapshotAt} was acknowledged");
        if (usual.SnapshotAt >= _states.Count)
            yield return Text($"the snapshot at {usual.SnapshotAt} holds entries that were not acknowledged");
        else if ((usual.Snapshot ?? LedgerState.Empty) != _states[(int)usual.SnapshotAt])
            yield return Text($"the snapshot at {usual.SnapshotAt} is {usual.Snapshot}, not {_states[(int)usual.SnapshotAt]}");
    }

    private IEnumerable<string> JudgeEvents(Recovered recovered, long after)
    {
        var expected = after;
        foreach (var (sequenceNr, entry) in recovered.Events)
        {
            if (sequenceNr != ++expected || entry.Number != sequenceNr)
                yield return Text($"entry {entry.Number} came as number {sequenceNr} where {expected} was expected");
            if (sequenceNr <= _values.Count && entry.Value != _values[(int)sequenceNr - 1])
                yield return Text($"entry {sequenceNr} is {entry.Value}, but {_values[(int)sequenceNr - 1]} was acknowledged");
            if (entry.Last > recovered.Highest)
                yield return Text($"entry {sequenceNr} is there without those to {entry.Last} that belong to it");
        }
        if (expected != recovered.Highest)
            yield return Text($"the events end at {expected}, but the highest number is {recovered.Highest}");
    }

    private void Add(int value)
    {
        _values.Add(value);
        _states.Add(_states[^1].With(value));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
