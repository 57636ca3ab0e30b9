using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The scheduler of real time. It bears the name that Akka.NET configurations use; here the timers of .NET, themselves
/// kept in shared queues, do the waiting.
/// </summary>
public class HashedWheelTimerScheduler : SchedulerBase, IDisposable
{
    private readonly ConcurrentDictionary<Entry, byte> _entries = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private volatile bool _disposed;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
    }

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_start);

    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(_start);

    protected override DateTimeOffset TimeNow => TimeProvider.System.GetUtcNow();

    /// <summary>Nothing that was scheduled happens any more.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var entry in _entries.Keys)
            entry.End();
        GC.SuppressFinalize(this);
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Schedule(delay, Timeout.InfiniteTimeSpan, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Schedule(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Schedule(delay, Timeout.InfiniteTimeSpan, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Schedule(initialDelay, interval, action, cancelable);

    private void Schedule(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable)
    {
        if (_disposed)
            throw new SchedulerException("The scheduler has ended with its actor system.");
        if (cancelable?.IsCancellationRequested == true)
            return;
        var entry = new Entry(this, action, cancelable, interval);
        _entries[entry] = 0;
        entry.Start(delay);
        if (_disposed)
            entry.End();
    }

    private sealed class Entry
    {
        private readonly HashedWheelTimerScheduler _owner;
        private readonly Action _action;
        private readonly ICancelable? _cancelable;
        private readonly TimeSpan _interval;
        private readonly Timer _timer;
        private CancellationTokenRegistration _registration;
        private int _running;

        internal Entry(HashedWheelTimerScheduler owner, Action action, ICancelable? cancelable, TimeSpan interval)
        {
            (_owner, _action, _cancelable, _interval) = (owner, action, cancelable, interval);
            // What is scheduled belongs to no caller's context.
            using var noFlow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
            _timer = new Timer(static state => ((Entry)state!).Fire(), this, Timeout.Infinite, Timeout.Infinite);
        }

        internal void Start(TimeSpan delay)
        {
            if (_cancelable is not null)
                _registration = _cancelable.Token.UnsafeRegister(static state => ((Entry)state!).End(), this);
            try
            {
                _timer.Change(delay, _interval);
            }
            catch (ObjectDisposedException)
            {
                // cancelled in the meantime
            }
        }

        internal void End()
        {
            _timer.Dispose();
            _registration.Unregister();
            _owner._entries.TryRemove(this, out _);
        }

        private void Fire()
        {
            // A repeated action that takes longer than its interval misses turns, it does not run beside itself.
            if (_owner._disposed || _cancelable?.IsCancellationRequested == true || Interlocked.Exchange(ref _running, 1) == 1)
                return;
            if (_interval == Timeout.InfiniteTimeSpan)
                End();
            try
            {
                _action();
            }
            catch (Exception e)
            {
                _owner.Log.Error(e, "A scheduled action failed");
            }
            finally
            {
                Volatile.Write(ref _running, 0);
            }
        }
    }
}
