using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Messages put aside until the actor can handle them.</summary>
public interface IStash
{
    int Count { get; }

    int Capacity { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    bool IsFull { get; }

    void Stash();

    void Unstash();

    void UnstashAll();

    void UnstashAll(Func<Envelope, bool> predicate);

    IEnumerable<Envelope> ClearStash();

    void Prepend(IEnumerable<Envelope> envelopes);
}

public interface IActorStash
{
    IStash Stash { get; set; }
}

public interface IWithUnrestrictedStash : IActorStash;

/// <summary>A stash that takes as many messages as come, whatever the configuration says.</summary>
public interface IWithUnboundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>;

/// <summary>A stash of the size that the deployment, the props or the mailbox gives it (<c>stash-capacity</c>).</summary>
public interface IWithStash : IWithUnrestrictedStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>;

internal static class StashFactory
{
    /// <summary>A new stash for the cell; a cell may have several (persistent actors use a second one).</summary>
    internal static IStash Create(ActorCell cell, Type actorType, int capacity = -1)
    {
        if (cell.Mailbox.MessageQueue is not IDequeBasedMessageQueueSemantics queue)
        {
            throw new NotSupportedException(
                $"{actorType} has a stash; the queue of its mailbox must be an {nameof(IDequeBasedMessageQueueSemantics)}, {cell.Mailbox.MessageQueue.GetType()} is not.");
        }

        return new StashImpl(cell, queue, capacity);
    }
}

internal sealed class StashImpl(ActorCell cell, IDequeBasedMessageQueueSemantics mailbox, int capacity) : IStash
{
    private readonly LinkedList<Envelope> _stash = new();

    public int Count => _stash.Count;

    public int Capacity => capacity;

    public bool IsEmpty => _stash.Count == 0;

    public bool NonEmpty => _stash.Count > 0;

    public bool IsFull => capacity >= 0 && _stash.Count >= capacity;

    public void Stash()
    {
        var envelope = cell.CurrentEnvelope;
        if (envelope.Message is null)
            throw new IllegalActorStateException("There is no message to stash.");
        if (cell.CurrentIsStashed)
            throw new IllegalActorStateException($"This message has been stashed already: {envelope.Message}");
        if (IsFull)
            throw new StashOverflowException($"The stash of {cell.Self} is full: it holds {capacity} messages.");
        cell.CurrentIsStashed = true;
        _stash.AddLast(envelope);
    }

    public void Unstash()
    {
        if (_stash.First is not { } first)
            return;
        _stash.RemoveFirst();
        PutBack(first.Value);
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        for (var node = _stash.Last; node is not null; node = node.Previous)
        {
            if (predicate(node.Value))
                PutBack(node.Value);
        }

        _stash.Clear();
    }

    public IEnumerable<Envelope> ClearStash()
    {
        Envelope[] all = [.. _stash];
        _stash.Clear();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse())
            _stash.AddFirst(envelope);
    }

    private void PutBack(in Envelope envelope)
    {
        if (envelope.Message is Terminated terminated)
            cell.TerminatedUnstashed(terminated);
        mailbox.EnqueueFirst(envelope);
    }
}
