using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.TestKit;

/// <summary>A further test actor, with expectations of its own. Can be told like an actor.</summary>
public class TestProbe : TestKitBase, INoImplicitSender, IInternalActorRef
{
    private readonly ITestKitAssertions _assertions;

    public TestProbe(ActorSystem system, ITestKitAssertions assertions, string? testProbeName = null)
        : base(assertions, system, testProbeName) => _assertions = assertions;

    public IActorRef Ref => TestActor;

    /// <summary>Who sent the last message.</summary>
    public IActorRef Sender => LastSender;

    ActorPath IActorRef.Path => Ref.Path;

    IInternalActorRef IInternalActorRef.Parent => Internal.Parent;

    bool IInternalActorRef.IsTerminated => Internal.IsTerminated;

    private IInternalActorRef Internal => (IInternalActorRef)Ref;

    /// <summary>Tells an actor something with this probe as the sender.</summary>
    public void Send(IActorRef actor, object message) => actor.Tell(message, Ref);

    /// <summary>Passes the last message on, with its sender.</summary>
    public void Forward(IActorRef actor) => actor.Tell(LastMessage, LastSender);

    public void Forward(IActorRef actor, object message) => actor.Tell(message, LastSender);

    /// <summary>Tells the sender of the last message something.</summary>
    public void Reply(object message) => LastSender.Tell(message, Ref);

    public override TestProbe CreateTestProbe(string? name = null) => new(Sys, _assertions, name);

    void ICanTell.Tell(object message, IActorRef sender) => Ref.Tell(message, sender);

    void IInternalActorRef.SendSystemMessage(SystemMessage message) => Internal.SendSystemMessage(message);

    IActorRef IInternalActorRef.GetChild(ReadOnlySpan<string> names) => Internal.GetChild(names);

    bool IEquatable<IActorRef>.Equals(IActorRef? other) => Ref.Equals(other);

    int IComparable<IActorRef>.CompareTo(IActorRef? other) => Ref.CompareTo(other);

    public int CompareTo(object? obj) => Ref.CompareTo(obj);

    public override bool Equals(object? obj) => Ref.Equals(obj is TestProbe probe ? probe.Ref : obj);

    public override int GetHashCode() => Ref.GetHashCode();

    public override string ToString() => Ref.ToString()!;
}
