namespace Akka.Persistence.Snapshot;

/// <summary>Keeps snapshots in memory, for as long as the actor system lives.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    private readonly Dictionary<string, SortedList<long, SelectedSnapshot>> _snapshots = new(StringComparer.Ordinal);

    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Task.FromResult(SnapshotsOf(persistenceId).Values.LastOrDefault(s => criteria.Selects(s.Metadata)));

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        SnapshotsOf(metadata.PersistenceId)[metadata.SequenceNr] = new SelectedSnapshot(metadata, snapshot);
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        var mayDiffer = metadata.Timestamp == SnapshotMetadata.TimestampNotSpecified;
        var kept = SnapshotsOf(metadata.PersistenceId);
        if (kept.TryGetValue(metadata.SequenceNr, out var snapshot) && (mayDiffer || snapshot.Metadata.Timestamp == metadata.Timestamp))
            kept.Remove(metadata.SequenceNr);
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var kept = SnapshotsOf(persistenceId);
        foreach (var snapshot in kept.Values.Where(s => criteria.Selects(s.Metadata)).ToList())
            kept.Remove(snapshot.Metadata.SequenceNr);
        return Task.CompletedTask;
    }

    private SortedList<long, SelectedSnapshot> SnapshotsOf(string persistenceId)
    {
        if (!_snapshots.TryGetValue(persistenceId, out var snapshots))
            _snapshots[persistenceId] = snapshots = [];
        return snapshots;
    }
}

/// <summary>Stands in where no snapshot store is chosen: there is never a snapshot, and saving one fails.</summary>
public class NoSnapshotStore : SnapshotStore
{
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Task.FromResult<SelectedSnapshot?>(null);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Refuse();

    protected override Task DeleteAsync(SnapshotMetadata metadata) => Refuse();

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Refuse();

    private static Task Refuse() =>
        Task.FromException(new NoSnapshotStoreException("No snapshot store is chosen: set akka.persistence.snapshot-store.plugin."));

    public class NoSnapshotStoreException(string message) : Exception(message);
}
