using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>
/// Makes the message queue of an actor. A custom one is named by <c>mailbox-type</c> in the configuration and has a constructor
/// with these two parameters.
/// </summary>
public abstract class MailboxType
{
    protected readonly Settings Settings;

    protected readonly Config Config;

    protected MailboxType(Settings settings, Config config) => (Settings, Config) = (settings, config);

    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}

/// <summary>Says which queue a <see cref="MailboxType"/> makes, so that an actor's requirement can be checked.</summary>
public interface IProducesMessageQueue<TQueue>
    where TQueue : IMessageQueue;

/// <summary>An actor that cannot do without a kind of queue.</summary>
public interface IRequiresMessageQueue<T>
    where T : ISemantics;

public interface ISemantics;

public interface IUnboundedMessageQueueSemantics : ISemantics;

public interface IBoundedMessageQueueSemantics : ISemantics
{
    TimeSpan PushTimeOut { get; }
}

public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    void EnqueueFirst(Envelope envelope);
}

public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

public interface IBoundedDequeBasedMessageQueueSemantics : IBoundedMessageQueueSemantics, IDequeBasedMessageQueueSemantics;
