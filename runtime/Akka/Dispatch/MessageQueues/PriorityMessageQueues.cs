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
    private readonly PriorityLanes _lanes;

    /// <summary>Made by a mailbox; the lanes grow as they fill, whatever capacity is asked for.</summary>
    public UnboundedPriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity) => _lanes = new PriorityLanes(priorityGenerator);

    protected override int LockedCount => _lanes.Count;

    public void EnqueueFirst(Envelope envelope) => Locked(() => _lanes.PushFront(envelope));

    protected override void LockedEnqueue(Envelope envelope) => _lanes.Enqueue(envelope);

    protected override bool LockedTryDequeue(out Envelope envelope) => _lanes.TryDequeue(out envelope);
}

/// <summary>Ordered by a number, smaller first, equals in order of arrival.</summary>
public sealed class UnboundedStablePriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityLanes _lanes;

    /// <summary>Made by a mailbox; the lanes grow as they fill, whatever capacity is asked for.</summary>
    public UnboundedStablePriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity) => _lanes = new PriorityLanes(priorityGenerator);

    protected override int LockedCount => _lanes.Count;

    public void EnqueueFirst(Envelope envelope) => Locked(() => _lanes.PushFront(envelope));

    protected override void LockedEnqueue(Envelope envelope) => _lanes.Enqueue(envelope);

    protected override bool LockedTryDequeue(out Envelope envelope) => _lanes.TryDequeue(out envelope);
}

/// <summary>
/// A lane for each priority, first come first served, and a heap of the lanes that hold something: a message costs a step in the heap only
/// where it is the first or the last of its lane. Both queues are stable with it.
/// </summary>
internal sealed class PriorityLanes(Func<object, int> priorityOf)
{
    // An empty lane is kept for the next message, but neither many of them nor large ones: a priority may be a point in time.
    private const int Kept = 1024;

    private readonly Dictionary<int, Lane> _lanes = [];
    private readonly PriorityQueue<Lane, int> _waiting = new();
    private readonly Stack<Envelope> _front = new();
    private int _inLanes;

    internal int Count => _inLanes + _front.Count;

    internal void Enqueue(in Envelope envelope)
    {
        var priority = priorityOf(envelope.Message);
        if (!_lanes.TryGetValue(priority, out var lane))
            _lanes.Add(priority, lane = new Lane(priority));
        if (lane.Messages.Count == 0)
            _waiting.Enqueue(lane, priority);
        lane.Messages.Enqueue(envelope);
        _inLanes++;
    }

    internal void PushFront(in Envelope envelope) => _front.Push(envelope);

    internal bool TryDequeue(out Envelope envelope)
    {
        if (_front.TryPop(out envelope))
            return true;
        if (!_waiting.TryPeek(out var lane, out _))
            return false;
        envelope = lane.Messages.Dequeue();
        _inLanes--;
        if (lane.Messages.Count == 0)
            SetAside(lane);
        return true;
    }

    private void SetAside(Lane lane)
    {
        _waiting.Dequeue();
        if (_lanes.Count > Kept || lane.Messages.Capacity > Kept)
            _lanes.Remove(lane.Priority);
    }

    private sealed class Lane(int priority)
    {
        internal int Priority { get; } = priority;

        internal Queue<Envelope> Messages { get; } = new();
    }
}
