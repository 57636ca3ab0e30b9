using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>The base of journals: speaks the journal protocol and leaves reading and writing to four methods.</summary>
public abstract class AsyncWriteJournal : WriteJournalBase, IAsyncRecovery
{
    private readonly OutstandingChanges _changes = new();

    public abstract Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback);

    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

    /// <summary>
    /// Writes events, each atomic write all or not at all. The task fails where it is not known what was written; it gives
    /// null where all was written, or one entry for each atomic write, an exception for one that is rejected.
    /// </summary>
    protected abstract Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);

    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    protected sealed override bool Receive(object message) => ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                _changes.Add(PersistenceIdOf(write), WriteAsync(write));
                return true;
            case ReplayMessages replay:
                _ = ReplayAsync(replay, Context, _changes.Of(replay.PersistenceId));
                return true;
            case DeleteMessagesTo delete:
                _changes.Add(delete.PersistenceId, DeleteAsync(delete));
                return true;
            default:
                return false;
        }
    }

    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <summary>One recovery: replays what was asked for and gives the highest number ever written.</summary>
    internal virtual async Task<long> RecoverAsync(IActorContext context, ReplayMessages request, Action<IPersistentRepresentation> callback)
    {
        var highest = await ReadHighestSequenceNrAsync(request.PersistenceId, Math.Max(0, request.FromSequenceNr - 1)).ConfigureAwait(false);
        var to = Math.Min(request.ToSequenceNr, highest);
        if (to > 0 && request.FromSequenceNr <= to)
            await ReplayMessagesAsync(context, request.PersistenceId, request.FromSequenceNr, to, request.Max, callback).ConfigureAwait(false);
        return highest;
    }

    private static string PersistenceIdOf(WriteMessages request) => request.Messages.OfType<AtomicWrite>().FirstOrDefault()?.PersistenceId ?? "";

    private async Task WriteAsync(WriteMessages request)
    {
        // The order of the answers is the order of the events: an actor has one write under way at a time.
        IImmutableList<Exception?>? rejections = null;
        Exception? failure = null;
        try
        {
            var writes = PreparePersistentBatch(request.Messages).ToList();
            if (writes.Count > 0)
                rejections = await WriteMessagesAsync(writes).ConfigureAwait(false);
            if (rejections is not null && rejections.Count != writes.Count)
                throw new InvalidOperationException($"The journal answered {rejections.Count} of {writes.Count} writes.");
        }
        catch (Exception cause)
        {
            failure = cause;
        }
        AnswerWrite(request, rejections, failure);
    }

    private static void AnswerWrite(WriteMessages request, IImmutableList<Exception?>? rejections, Exception? failure)
    {
        var (actor, instance) = (request.PersistentActor, request.ActorInstanceId);
        actor.Tell(
            failure is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(failure, request.Messages.OfType<AtomicWrite>().Count()),
            ActorRefs.NoSender);
        var write = 0;
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite atomic)
            {
                actor.Tell(new LoopMessageSuccess(envelope.Payload, instance), envelope.Sender);
                continue;
            }
            var rejection = rejections?[write++];
            foreach (var written in atomic.Events)
            {
                object answer = (failure, rejection) switch
                {
                    ({ } cause, _) => new WriteMessageFailure(written, cause, instance),
                    (_, { } cause) => new WriteMessageRejected(written, cause, instance),
                    _ => new WriteMessageSuccess(written, instance),
                };
                actor.Tell(answer, written.Sender ?? ActorRefs.NoSender);
            }
        }
    }

    private async Task ReplayAsync(ReplayMessages request, IActorContext context, Task outstanding)
    {
        var (actor, instance) = (request.PersistentActor, request.ActorInstanceId);
        try
        {
            // Of an incarnation that was restarted: what is still being written belongs to what is recovered.
            await outstanding.ConfigureAwait(false);
            var highest = await RecoverAsync(context, request, replayed =>
            {
                if (!replayed.IsDeleted)
                    actor.Tell(new ReplayedMessage(replayed) { ActorInstanceId = instance }, ActorRefs.NoSender);
            }).ConfigureAwait(false);
            actor.Tell(new RecoverySuccess(highest) { ActorInstanceId = instance }, ActorRefs.NoSender);
        }
        catch (Exception cause)
        {
            actor.Tell(new ReplayMessagesFailure(cause) { ActorInstanceId = instance }, ActorRefs.NoSender);
        }
    }

    private async Task DeleteAsync(DeleteMessagesTo request)
    {
        var self = Self;
        try
        {
            await DeleteMessagesToAsync(request.PersistenceId, request.ToSequenceNr).ConfigureAwait(false);
            request.PersistentActor.Tell(new DeleteMessagesSuccess(request.ToSequenceNr), self);
        }
        catch (Exception cause)
        {
            request.PersistentActor.Tell(new DeleteMessagesFailure(cause, request.ToSequenceNr), self);
        }
    }
}
