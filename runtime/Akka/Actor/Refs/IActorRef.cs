namespace Akka.Actor;

public interface ICanTell
{
    void Tell(object message, IActorRef sender);
}

public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}

/// <summary>Messages that must not be delivered through an <see cref="ActorSelection"/> with wildcards, for example.</summary>
public interface IPossiblyHarmful;

/// <summary>Messages that the runtime handles itself, before the behaviour of an actor sees them.</summary>
public interface IAutoReceivedMessage;

public interface INotInfluenceReceiveTimeout;

public interface INoSerializationVerificationNeeded;

public interface IWrappedMessage
{
    object Message { get; }
}

public static class ActorRefs
{
    /// <summary>"No sender": replies to it go to dead letters.</summary>
    public static readonly IActorRef NoSender = null!;

    public static readonly IActorRef Nobody = Actor.Nobody.Instance;
}

public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends with the actor now running on this thread as the sender.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.CurrentSelfOrNoSender);

    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.CurrentSenderOrNoSender);
}

public static class ActorRefExtensions
{
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody;
}
