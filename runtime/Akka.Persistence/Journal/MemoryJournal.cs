using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Keeps events in memory, for as long as the actor system lives.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private readonly Dictionary<string, History> _histories = new(StringComparer.Ordinal);

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        var remaining = max;
        foreach (var written in HistoryOf(persistenceId).Events)
        {
            if (written.SequenceNr >= fromSequenceNr && written.SequenceNr <= toSequenceNr && remaining-- > 0)
                recoveryCallback(written);
        }
        return Task.CompletedTask;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        Task.FromResult(HistoryOf(persistenceId).Highest);

    protected override Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        foreach (var write in messages)
        {
            var history = HistoryOf(write.PersistenceId);
            history.Events.AddRange(write.Events.Select(e => e.WithTimestamp(DateTime.UtcNow.Ticks)));
            history.Highest = write.HighestSequenceNr;
        }
        return Task.FromResult<IImmutableList<Exception?>?>(null);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        HistoryOf(persistenceId).Events.RemoveAll(written => written.SequenceNr <= toSequenceNr);
        return Task.CompletedTask;
    }

    // All four methods finish before the next message: no lock is needed.
    private History HistoryOf(string persistenceId)
    {
        if (!_histories.TryGetValue(persistenceId, out var history))
            _histories[persistenceId] = history = new History();
        return history;
    }

    private sealed class History
    {
        public List<IPersistentRepresentation> Events { get; } = [];

        public long Highest { get; set; }
    }
}
