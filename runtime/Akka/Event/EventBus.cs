using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Subscriptions by class. Publishing looks an event's class up once; changing a subscription forgets what was looked up.</summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
    where TEvent : class
    where TClassifier : class
    where TSubscriber : class
{
    private readonly Lock _lock = new();
    private readonly List<(TSubscriber Subscriber, TClassifier Classifier)> _subscriptions = [];
    private ConcurrentDictionary<TClassifier, TSubscriber[]> _bySubclass = new();

    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_lock)
        {
            if (_subscriptions.Exists(s => s.Subscriber.Equals(subscriber) && IsSubClassification(s.Classifier, classifier)))
                return false;
            _subscriptions.Add((subscriber, classifier));
            _bySubclass = new();
            return true;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber) => Remove(s => s.Subscriber.Equals(subscriber));

    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier) =>
        Remove(s => s.Subscriber.Equals(subscriber) && IsSubClassification(classifier, s.Classifier));

    public virtual void Publish(TEvent @event)
    {
        var cache = Volatile.Read(ref _bySubclass);
        var classifier = GetClassifier(@event);
        if (!cache.TryGetValue(classifier, out var subscribers))
        {
            lock (_lock)
            {
                var matching = _subscriptions.Where(s => IsSubClassification(s.Classifier, classifier));
                subscribers = [.. matching.Select(static s => s.Subscriber).Distinct()];
                _bySubclass[classifier] = subscribers;
            }
        }

        foreach (var subscriber in subscribers)
            Publish(@event, subscriber);
    }

    /// <summary>Whether everything of class <paramref name="child"/> is of class <paramref name="parent"/> too.</summary>
    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    protected abstract TClassifier GetClassifier(TEvent @event);

    private bool Remove(Predicate<(TSubscriber Subscriber, TClassifier Classifier)> match)
    {
        lock (_lock)
        {
            var removed = _subscriptions.RemoveAll(match) > 0;
            if (removed)
                _bySubclass = new();
            return removed;
        }
    }
}

public abstract class ActorEventBus<TEvent, TClassifier> : EventBus<TEvent, TClassifier, IActorRef>
    where TEvent : class
    where TClassifier : class;
