using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>A scheduler whose time stands still until the test moves it. What falls due runs on the thread of the test.</summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Item, (long Due, long Order)> _items = new();
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);
    private long _order;

    /// <summary>Called where <c>akka.scheduler.implementation</c> names this class.</summary>
    public TestScheduler(Config schedulerConfig, ILoggingAdapter log) => Start = _now;

    public TimeSpan MonotonicClock => Now - Start;

    public TimeSpan HighResMonotonicClock => MonotonicClock;

    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    public IAdvancedScheduler Advanced => this;

    private DateTimeOffset Start { get; }

    /// <summary>Moves time on; what is scheduled for meanwhile happens in its order, each at its moment.</summary>
    public void Advance(TimeSpan offset) => AdvanceTo(Now + offset);

    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < Now)
            throw new InvalidOperationException($"Time does not go back, from {Now:O} to {when:O}.");
        while (NextDue(when) is { } item)
        {
            if (item.Cancelable?.IsCancellationRequested == true)
                continue;
            item.Action();
            if (item.Interval is { } interval)
                Add(interval, interval, item.Action, item.Cancelable);
        }
        lock (_lock)
            _now = when;
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        Add(delay, null, () => receiver.Tell(message, sender), null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action) => Add(delay, null, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => Add(delay, null, action, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) => Add(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (interval is { } step)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
        lock (_lock)
            _items.Enqueue(new Item(action, interval, cancelable), ((_now + delay).Ticks, _order++));
    }

    private Item? NextDue(DateTimeOffset when)
    {
        lock (_lock)
        {
            if (!_items.TryPeek(out var item, out var at) || at.Due > when.Ticks)
                return null;
            _items.Dequeue();
            _now = new DateTimeOffset(Math.Max(at.Due, _now.Ticks), TimeSpan.Zero);
            return item;
        }
    }

    private sealed record Item(Action Action, TimeSpan? Interval, ICancelable? Cancelable);
}
