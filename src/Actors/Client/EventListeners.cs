using Ferry.Actors.Protocol;

namespace Ferry.Actors.Client;

/// <summary>The listeners of one task: several for each event, added and removed from any thread. What was removed is not called any more.</summary>
internal sealed class EventListeners
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    private readonly record struct Entry(Type Event, Delegate Listener, bool Once, Action<TransferEvent> Call);

    /// <summary>The kinds of events that must come for these listeners.</summary>
    public EventKinds Kinds
    {
        get
        {
            lock (_gate)
            {
                if (_entries.Count == 0)
                    return EventKinds.None;
                return _entries.Exists(e => e.Event == typeof(DataReceived) || e.Event == typeof(DataEnded)) ? EventKinds.All : EventKinds.AllButData;
            }
        }
    }

    public void Add<TEvent>(Action<TEvent> listener, bool once)
        where TEvent : TransferEvent
    {
        lock (_gate)
            _entries.Add(new Entry(typeof(TEvent), listener, once, told => listener((TEvent)told)));
    }

    /// <summary>Removes one listener of an event, or with null all of them.</summary>
    public void Remove<TEvent>(Action<TEvent>? listener)
        where TEvent : TransferEvent
    {
        lock (_gate)
            _entries.RemoveAll(e => e.Event == typeof(TEvent) && (listener is null || e.Listener.Equals(listener)));
    }

    /// <summary>Calls each listener of an event in the order they were added; one of <c>Once</c> is removed before it is called.</summary>
    /// <returns>What the first of them that threw has thrown, or null; the others are called all the same.</returns>
    public Exception? Tell(TransferEvent told)
    {
        Exception? thrown = null;
        foreach (var entry in Interested(told))
        {
            if (!Take(entry))
                continue;
            try
            {
                entry.Call(told);
            }
            catch (Exception exception)
            {
                thrown ??= exception;
            }
        }
        return thrown;
    }

    private Entry[] Interested(TransferEvent told)
    {
        lock (_gate)
            return [.. _entries.Where(e => e.Event.IsInstanceOfType(told))];
    }

    // Between the look and the call a listener may have been removed, by another listener or another thread.
    private bool Take(Entry entry)
    {
        lock (_gate)
        {
            var at = _entries.IndexOf(entry);
            if (at >= 0 && entry.Once)
                _entries.RemoveAt(at);
            return at >= 0;
        }
    }
}
