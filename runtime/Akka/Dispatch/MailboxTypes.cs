using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

public sealed class UnboundedMailbox : MailboxType, IProducesMessageQueue<UnboundedMessageQueue>
{
    public UnboundedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
}

public sealed class UnboundedDequeBasedMailbox : MailboxType, IProducesMessageQueue<UnboundedDequeMessageQueue>
{
    public UnboundedDequeBasedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedDequeMessageQueue();
}

/// <summary>A <see cref="BoundedMailbox"/> for actors with a stash: what comes back from that has room in any case.</summary>
public sealed class BoundedDequeBasedMailbox : MailboxType, IProducesMessageQueue<BoundedDequeMessageQueue>
{
    public BoundedDequeBasedMailbox(Settings settings, Config config)
        : base(settings, config) => (Capacity, PushTimeout) = BoundedMailbox.Bounds(config, nameof(BoundedDequeBasedMailbox));

    public int Capacity { get; }

    public TimeSpan PushTimeout { get; }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new BoundedDequeMessageQueue(Capacity, PushTimeout, (ActorSystemImpl)system);
}

/// <summary>
/// Holds up to <c>mailbox-capacity</c> messages; a sender waits up to <c>mailbox-push-timeout-time</c>, then its message is a dead letter.
/// </summary>
public sealed class BoundedMailbox : MailboxType, IProducesMessageQueue<BoundedMessageQueue>
{
    public BoundedMailbox(Settings settings, Config config)
        : base(settings, config) => (Capacity, PushTimeout) = Bounds(config, nameof(BoundedMailbox));

    public int Capacity { get; }

    public TimeSpan PushTimeout { get; }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new BoundedMessageQueue(Capacity, PushTimeout, (ActorSystemImpl)system);

    internal static (int Capacity, TimeSpan PushTimeout) Bounds(Config config, string mailbox)
    {
        var capacity = config.GetInt("mailbox-capacity", 0);
        return capacity > 0
            ? (capacity, config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(10), allowInfinite: true))
            : throw new ArgumentException($"mailbox-capacity of a {mailbox} must be positive.", nameof(config));
    }
}

/// <summary>A smaller number goes first; the order among equals is not promised.</summary>
public abstract class UnboundedPriorityMailbox : MailboxType, IProducesMessageQueue<UnboundedPriorityMessageQueue>
{
    public const int DefaultCapacity = 11;

    protected UnboundedPriorityMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <summary>For how many messages a queue has room at first.</summary>
    public int InitialCapacity => DefaultCapacity;

    public sealed override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedPriorityMessageQueue(PriorityGenerator, InitialCapacity);

    protected abstract int PriorityGenerator(object message);
}

/// <summary>A smaller number goes first; equals keep the order they came in.</summary>
public abstract class UnboundedStablePriorityMailbox : MailboxType, IProducesMessageQueue<UnboundedStablePriorityMessageQueue>
{
    public const int DefaultCapacity = 11;

    protected UnboundedStablePriorityMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <summary>For how many messages a queue has room at first.</summary>
    public int InitialCapacity => DefaultCapacity;

    public sealed override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedStablePriorityMessageQueue(PriorityGenerator, InitialCapacity);

    protected abstract int PriorityGenerator(object message);
}
