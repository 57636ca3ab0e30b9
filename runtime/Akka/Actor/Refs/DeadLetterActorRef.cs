using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Answers for actors that do not exist: messages become dead letters, a watch is answered at once.</summary>
internal class EmptyLocalActorRef(ActorSystemImpl system, ActorPath path) : ActorRefBase
{
    public override ActorPath Path { get; } = path;

    public override bool IsTerminated => true;

    internal ActorSystemImpl System => system;

    public override void SendSystemMessage(SystemMessage message)
    {
        if (message is Watch watch)
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false));
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is AllDeadLetters dead)
            system.EventStream.Publish(dead);
        else if (!AnsweredForTheAbsent(message, sender))
            system.EventStream.Publish(DeadLetter.For(message, sender ?? this, this));
    }

    /// <summary>Identify is answered even where nobody is: with no subject.</summary>
    private static bool AnsweredForTheAbsent(object message, IActorRef? sender)
    {
        if (message is not Identify identify)
            return false;
        sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
        return true;
    }
}

internal sealed class DeadLetterActorRef(ActorSystemImpl system, ActorPath path) : EmptyLocalActorRef(system, path)
{
    public override bool IsTerminated => false;
}
