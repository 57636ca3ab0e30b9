using Akka.Actor;

namespace Akka.Persistence.Snapshot;

/// <summary>The base of snapshot stores: speaks the snapshot protocol and leaves the work to four methods.</summary>
public abstract class SnapshotStore : ActorBase
{
    protected abstract Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                _ = Answer(
                    async () => new LoadSnapshotResult(await LoadSelectedAsync(load).ConfigureAwait(false), load.ToSequenceNr),
                    cause => new LoadSnapshotFailed(cause));
                return true;
            case SaveSnapshot save:
                var metadata = new SnapshotMetadata(save.Metadata.PersistenceId, save.Metadata.SequenceNr, DateTime.UtcNow);
                _ = Answer(() => SaveAsync(metadata, save.Snapshot), new SaveSnapshotSuccess(metadata), cause => new SaveSnapshotFailure(metadata, cause));
                return true;
            case DeleteSnapshot delete:
                _ = Answer(
                    () => DeleteAsync(delete.Metadata),
                    new DeleteSnapshotSuccess(delete.Metadata),
                    cause => new DeleteSnapshotFailure(delete.Metadata, cause));
                return true;
            case DeleteSnapshots delete:
                _ = Answer(
                    () => DeleteAsync(delete.PersistenceId, delete.Criteria),
                    new DeleteSnapshotsSuccess(delete.Criteria),
                    cause => new DeleteSnapshotsFailure(delete.Criteria, cause));
                return true;
            default:
                return ReceivePluginInternal(message);
        }
    }

    protected virtual bool ReceivePluginInternal(object message) => false;

    private Task<SelectedSnapshot?> LoadSelectedAsync(LoadSnapshot load)
    {
        var criteria = load.Criteria.Limit(load.ToSequenceNr);
        return criteria.MaxSequenceNr <= 0 ? Task.FromResult<SelectedSnapshot?>(null) : LoadAsync(load.PersistenceId, criteria);
    }

    private Task Answer(Func<Task> work, object success, Func<Exception, object> failure) => Answer(
        async () =>
        {
            await work().ConfigureAwait(false);
            return success;
        },
        failure);

    private async Task Answer<T>(Func<Task<T>> work, Func<Exception, object> failure)
        where T : class
    {
        var (asker, self) = (Sender, Self);
        object answer;
        try
        {
            answer = await work().ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            answer = failure(cause);
        }
        asker.Tell(answer, self);
    }
}
