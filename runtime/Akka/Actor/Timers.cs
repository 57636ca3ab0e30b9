namespace Akka.Actor;

public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>The timers of one actor by key. A new timer with a key replaces the old one, whose message will not arrive any more.</summary>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}

/// <summary>What a timer puts into the mailbox: opened by the cell, which drops it when the timer is no longer the active one.</summary>
internal sealed class TimerMessage(TimerScheduler owner, object key, object message, bool repeats)
    : IWrappedMessage, INoSerializationVerificationNeeded, Event.IDeadLetterSuppression
{
    public object Message { get; } = message;

    internal object Key { get; } = key;

    internal bool Repeats { get; } = repeats;

    internal ICancelable? Scheduled { get; set; }

    internal bool IsDue => owner.IsCurrent(this);

    internal object Fire()
    {
        if (!Repeats)
            owner.Forget(Key);
        return Message;
    }
}

internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, TimerMessage> _timers = [];

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval)
    {
        var timer = Replace(key, msg, repeats: true);
        timer.Scheduled = cell.SystemImpl.Scheduler.ScheduleTellRepeatedlyCancelable(initialDelay, interval, cell.Self, timer, cell.Self);
    }

    public void StartSingleTimer(object key, object msg, TimeSpan timeout)
    {
        var timer = Replace(key, msg, repeats: false);
        timer.Scheduled = cell.SystemImpl.Scheduler.ScheduleTellOnceCancelable(timeout, cell.Self, timer, cell.Self);
    }

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Scheduled?.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Scheduled?.Cancel();
        _timers.Clear();
    }

    /// <summary>Timers of an earlier start, or of an earlier incarnation of the actor, are not.</summary>
    internal bool IsCurrent(TimerMessage timer) => _timers.TryGetValue(timer.Key, out var active) && ReferenceEquals(active, timer);

    internal void Forget(object key) => _timers.Remove(key);

    private TimerMessage Replace(object key, object msg, bool repeats)
    {
        Cancel(key);
        var timer = new TimerMessage(this, key, msg, repeats);
        _timers[key] = timer;
        return timer;
    }
}
