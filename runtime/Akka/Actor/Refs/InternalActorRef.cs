using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What the runtime, and nobody else, may ask of a reference.</summary>
internal interface IInternalActorRef : IActorRef
{
    IInternalActorRef Parent { get; }

    bool IsTerminated { get; }

    void SendSystemMessage(SystemMessage message);

    /// <summary>Descends to the child named by the path elements; <see cref="ActorRefs.Nobody"/> when there is none.</summary>
    IActorRef GetChild(ReadOnlySpan<string> names);
}

internal static class InternalActorRefExtensions
{
    internal static void Suspend(this IInternalActorRef actorRef) => actorRef.SendSystemMessage(new Suspend());

    internal static void Resume(this IInternalActorRef actorRef, Exception? causedByFailure) =>
        actorRef.SendSystemMessage(new Resume(causedByFailure));

    internal static void Restart(this IInternalActorRef actorRef, Exception cause) => actorRef.SendSystemMessage(new Recreate(cause));

    internal static void Stop(this IInternalActorRef actorRef) => actorRef.SendSystemMessage(new Terminate());
}

internal abstract class ActorRefBase : IInternalActorRef
{
    public abstract ActorPath Path { get; }

    public virtual IInternalActorRef Parent => Nobody.Instance;

    public virtual bool IsTerminated => false;

    public void Tell(object message, IActorRef? sender)
    {
        if (message is null)
            throw new InvalidMessageException();
        TellInternal(message, sender);
    }

    public virtual void SendSystemMessage(SystemMessage message)
    {
    }

    public virtual IActorRef GetChild(ReadOnlySpan<string> names) => names.IsEmpty ? this : Nobody.Instance;

    public bool Equals(IActorRef? other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object? obj) => Equals(obj as IActorRef);

    public override int GetHashCode() => HashCode.Combine(Path.Uid, Path);

    public int CompareTo(IActorRef? other)
    {
        if (other is null)
            return 1;
        var byPath = Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        IActorRef other => CompareTo(other),
        _ => throw new ArgumentException($"Cannot compare an actor reference with {obj.GetType()}.", nameof(obj)),
    };

    public override string ToString() => Path.Uid == ActorPath.UndefinedUid ? $"[{Path}]" : $"[{Path}#{Path.Uid}]";

    protected abstract void TellInternal(object message, IActorRef? sender);
}

/// <summary>The reference of nobody: swallows what it gets.</summary>
internal sealed class Nobody : ActorRefBase
{
    internal static readonly Nobody Instance = new();

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/Nobody");

    public override bool IsTerminated => true;

    protected override void TellInternal(object message, IActorRef? sender)
    {
    }
}
