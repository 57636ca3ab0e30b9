namespace Akka.Actor;

internal sealed partial class ActorCell
{
    internal ChildrenContainer Children { get; } = new();

    public IActorRef ActorOf(Props props, string? name = null) => MakeChild(props, name, isSystem: false);

    public IActorRef Child(string name) => Children.Find(name) ?? ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => Children.All();

    public void Stop(IActorRef child)
    {
        Children.MarkStopping(child);
        ((IInternalActorRef)child).Stop();
    }

    /// <summary>Also called by the system for its top-level actors, from any thread.</summary>
    internal IActorRef MakeChild(Props props, string? name, bool isSystem)
    {
        if (name is null)
            name = Children.NextName();
        else if (!isSystem && !ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException(NameProblem(name));

        Children.Reserve(name);
        try
        {
            var path = new ChildActorPath(Self.Path, name, SystemImpl.NextUid());
            var child = SystemImpl.CreateRef(props, Self, path);
            Children.Add(child);
            // Born into a suspended family: it will be resumed with its siblings.
            for (var i = Mailbox.SuspendCount; i > 0 && Current == this && _perpetrator is not null; i--)
                child.Suspend();
            child.SendSystemMessage(new Dispatch.SysMsg.Create());
            return child;
        }
        catch
        {
            Children.Unreserve(name);
            throw;
        }
    }

    private static string NameProblem(string name) => name.Length == 0
        ? "The name of an actor is empty."
        : $"[{name}] is no name for an actor: it may hold ASCII letters, digits and -_.*$+:@&=,!~';() and must not begin with a $.";

    private void RemoveChild(IActorRef actor)
    {
        if (Children.Remove(actor) && _waitingFor != Waiting.Nothing && !Children.AnyStopping)
            ChildrenStopped();
    }
}
