using System.Collections.Concurrent;

namespace Akka.Persistence.Journal;

/// <summary>The writes and deletions that a journal has not finished, by persistence id.</summary>
internal sealed class OutstandingChanges
{
    private readonly ConcurrentDictionary<string, Task> _latest = new(StringComparer.Ordinal);

    /// <summary>Takes note of a change, a task that never fails. Called by the journal's actor only.</summary>
    public void Add(string persistenceId, Task change)
    {
        if (change.IsCompleted)
            return;
        var all = Task.WhenAll(Of(persistenceId), change);
        _latest[persistenceId] = all;
        _ = all.ContinueWith(
            done => _latest.TryRemove(new(persistenceId, done)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Ends when all changes do that are outstanding now.</summary>
    public Task Of(string persistenceId) => _latest.GetValueOrDefault(persistenceId, Task.CompletedTask);
}
