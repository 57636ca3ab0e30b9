using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A queue under a lock.</summary>
public abstract class BlockingMessageQueue : IMessageQueue
{
    private readonly Lock _lock = new();

    public bool HasMessages => Count > 0;

    public int Count
    {
        get
        {
            lock (_lock)
                return LockedCount;
        }
    }

    protected abstract int LockedCount { get; }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_lock)
            LockedEnqueue(envelope);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_lock)
            return LockedTryDequeue(out envelope);
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
            deadletters.Enqueue(owner, envelope);
    }

    protected abstract void LockedEnqueue(Envelope envelope);

    protected abstract bool LockedTryDequeue(out Envelope envelope);

    private protected void Locked(Action action)
    {
        lock (_lock)
            action();
    }
}

/// <summary>Ordered by a number, smaller first. What was put back by a stash comes before everything.</summary>
public sealed class UnboundedPriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityLane _lane;

    public UnboundedPriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity) =>
        _lane = new PriorityLane(priorityGenerator, initialCapacity);

    protected override int LockedCount => _lane.Count;

    public void EnqueueFirst(Envelope envelope) => Locked(() => _lane.PushFront(envelope));

    protected override void LockedEnqueue(Envelope envelope) => _lane.Enqueue(envelope);

    protected override bool LockedTryDequeue(out Envelope envelope) => _lane.TryDequeue(out envelope);
}

/// <summary>Ordered by a number, smaller first, equals in order of arrival.</summary>
public sealed class UnboundedStablePriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityLane _lane;

    public UnboundedStablePriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity) =>
        _lane = new PriorityLane(priorityGenerator, initialCapacity);

    protected override int LockedCount => _lane.Count;

    public void EnqueueFirst(Envelope envelope) => Locked(() => _lane.PushFront(envelope));

    protected override void LockedEnqueue(Envelope envelope) => _lane.Enqueue(envelope);

    protected override bool LockedTryDequeue(out Envelope envelope) => _lane.TryDequeue(out envelope);
}

/// <summary>Both are stable: the arrival number costs a long and makes the order something one can reason about.</summary>
internal sealed class PriorityLane(Func<object, int> priorityOf, int initialCapacity)
{
    private readonly PriorityQueue<Envelope, (int Priority, long Arrival)> _queue = new(initialCapacity);
    private readonly Stack<Envelope> _front = new();
    private long _arrivals;

    internal int Count => _queue.Count + _front.Count;

    internal void Enqueue(Envelope envelope) => _queue.Enqueue(envelope, (priorityOf(envelope.Message), _arrivals++));

    internal void PushFront(Envelope envelope) => _front.Push(envelope);

    internal bool TryDequeue(out Envelope envelope) => _front.TryPop(out envelope) || _queue.TryDequeue(out envelope, out _);
}
