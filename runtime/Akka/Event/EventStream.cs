using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Publishes an event to everyone who subscribed to its class, a base class or an interface of it. Subscribers that stop are
/// unsubscribed.
/// </summary>
public class EventStream : LoggingBus
{
    private IActorRef? _unsubscriber;

    public EventStream(bool debug) => _ = debug;

    /// <summary>False if the subscription changes nothing: the subscriber gets these events already.</summary>
    public override bool Subscribe(IActorRef subscriber, Type classifier)
    {
        var changed = base.Subscribe(subscriber, classifier);
        if (changed && subscriber is LocalActorRef)
            _unsubscriber?.Tell(new Unsubscriber.Follow(subscriber), ActorRefs.NoSender);
        return changed;
    }

    internal void StartUnsubscriber(ActorSystemImpl system) =>
        _unsubscriber = system.SystemActorOf(Props.By(() => new Unsubscriber(this)), "eventStreamUnsubscriber");

    private sealed class Unsubscriber(EventStream stream) : ActorBase
    {
        protected override bool Receive(object message)
        {
            switch (message)
            {
                case Follow follow:
                    Context.Watch(follow.Subscriber);
                    return true;
                case Terminated terminated:
                    stream.Unsubscribe(terminated.ActorRef);
                    return true;
                default:
                    return false;
            }
        }

        internal sealed class Follow(IActorRef subscriber) : IDeadLetterSuppression
        {
            internal IActorRef Subscriber { get; } = subscriber;
        }
    }
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
