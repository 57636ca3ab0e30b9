using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

public class BoundedMessageQueue : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly BlockingCollection<Envelope> _queue;
    private readonly ActorSystemImpl? _system;

    public BoundedMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
        : this(boundedCapacity, pushTimeOut, null)
    {
    }

    internal BoundedMessageQueue(int boundedCapacity, TimeSpan pushTimeOut, ActorSystemImpl? system)
    {
        _queue = new BlockingCollection<Envelope>(boundedCapacity);
        PushTimeOut = pushTimeOut;
        _system = system;
    }

    public TimeSpan PushTimeOut { get; set; }

    public bool HasMessages => _queue.Count > 0;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (!_queue.TryAdd(envelope, PushTimeOut))
            _system?.Undeliverable(envelope, receiver);
    }

    public bool TryDequeue(out Envelope envelope) => _queue.TryTake(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
            deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>The bound is on what senders put in; what a stash gives back is not refused.</summary>
public class BoundedDequeMessageQueue : DequeWrapperMessageQueue, IBoundedDequeBasedMessageQueueSemantics
{
    public BoundedDequeMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
        : this(boundedCapacity, pushTimeOut, null)
    {
    }

    internal BoundedDequeMessageQueue(int boundedCapacity, TimeSpan pushTimeOut, ActorSystemImpl? system)
        : base(new BoundedMessageQueue(boundedCapacity, pushTimeOut, system)) => PushTimeOut = pushTimeOut;

    public TimeSpan PushTimeOut { get; }
}
