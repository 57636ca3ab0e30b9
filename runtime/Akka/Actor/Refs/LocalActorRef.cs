using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The reference of a local actor: stays the same over restarts, dies with the incarnation of its path.</summary>
internal sealed class LocalActorRef : ActorRefBase
{
    private readonly IInternalActorRef _parent;

    internal LocalActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef parent, ActorPath path)
    {
        _parent = parent;
        Path = path;
        Cell = new ActorCell(system, this, props, dispatcher, parent);
        Cell.Mailbox = new Mailbox(Cell, mailboxType.Create(this, system));
    }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent => _parent;

    public override bool IsTerminated => Cell.Mailbox.IsClosed;

    internal ActorCell Cell { get; }

    public override void SendSystemMessage(SystemMessage message) => Cell.Mailbox.EnqueueSystem(message);

    public override IActorRef GetChild(ReadOnlySpan<string> names)
    {
        if (names.IsEmpty)
            return this;
        var rest = names[1..];
        return names[0] switch
        {
            "" => GetChild(rest),
            ".." => _parent.GetChild(rest),
            _ => Cell.Children.Find(names[0]) is { } child ? child.GetChild(rest) : Nobody.Instance,
        };
    }

    protected override void TellInternal(object message, IActorRef? sender) =>
        Cell.Mailbox.Enqueue(new Envelope(message, sender!, Cell.SystemImpl));
}
