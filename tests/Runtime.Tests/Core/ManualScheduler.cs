using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Ferry.Runtime.Tests.Core;

/// <summary>Time that stands still until a test moves it. Chosen by akka.scheduler.implementation.</summary>
public sealed class ManualScheduler : SchedulerBase
{
    public const string Config = "akka.scheduler.implementation = \"Ferry.Runtime.Tests.Core.ManualScheduler, Runtime.Tests\"";

    private readonly Lock _lock = new();
    private readonly PriorityQueue<(TimeSpan? Interval, Action Action, ICancelable? Cancelable), (TimeSpan Due, long Number)> _due = new();
    private TimeSpan _now;
    private long _number;

    public ManualScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
    }

    public override TimeSpan MonotonicClock
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => DateTimeOffset.UnixEpoch + MonotonicClock;

    public void Advance(TimeSpan by)
    {
        var until = MonotonicClock + by;
        while (true)
        {
            Action run;
            lock (_lock)
            {
                if (!_due.TryPeek(out var entry, out var key) || key.Due > until)
                {
                    _now = until;
                    return;
                }

                _due.Dequeue();
                _now = key.Due;
                if (entry.Cancelable?.IsCancellationRequested == true)
                    continue;
                if (entry.Interval is { } interval)
                    _due.Enqueue(entry, (_now + interval, _number++));
                run = entry.Action;
            }

            run();
        }
    }

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => Add(delay, null, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        lock (_lock)
            _due.Enqueue((interval, action, cancelable), (_now + delay, _number++));
    }
}
