namespace Akka.TestKit;

/// <summary>Limits of time: how long an expectation waits, alone or within a block.</summary>
public abstract partial class TestKitBase
{
    private TimeSpan? _end;
    private bool _lastWasNoMsg;

    /// <summary>The time since some fixed moment.</summary>
    public static TimeSpan Now => TimeSpan.FromMilliseconds(Environment.TickCount64);

    /// <summary>What is left of the innermost Within block.</summary>
    public TimeSpan Remaining => _end is { } end
        ? Positive(end - Now)
        : throw new InvalidOperationException("Remaining has a meaning within a Within block only.");

    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    public TimeSpan RemainingOr(TimeSpan duration) => _end is null ? duration : Remaining;

    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration switch
    {
        null => RemainingOrDefault,
        { } given when given == Timeout.InfiniteTimeSpan => throw new ArgumentException("An expectation must end some day.", nameof(duration)),
        { } given when given < TimeSpan.Zero => throw new ArgumentException("A duration must not be negative.", nameof(duration)),
        { } given => Dilated(given),
    };

    /// <summary>A duration, longer on slow machines (<c>akka.test.timefactor</c>).</summary>
    public TimeSpan Dilated(TimeSpan duration) => duration * TestKitSettings.TestTimeFactor;

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout is { } given ? Dilated(given) : Dilated(TestKitSettings.DefaultTimeout);

    /// <summary>Runs a block whose expectations have one limit together, and checks how long it took.</summary>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(
        TimeSpan min, TimeSpan max, Action action, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(min, max, () => Called(action), hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(
        TimeSpan min, TimeSpan max, Func<T> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Wait(WithinBlock(min, max, () => Task.FromResult(function()), hint, epsilonValue));

    public Task WithinAsync(TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    public Task WithinAsync(
        TimeSpan min, TimeSpan max, Func<Task> actionAsync, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinBlock(min, max, () => Called(actionAsync), hint, epsilonValue);

    public Task<T> WithinAsync<T>(TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(
        TimeSpan min, TimeSpan max, Func<Task<T>> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinBlock(min, max, function, hint, epsilonValue);

    private async Task<T> WithinBlock<T>(TimeSpan min, TimeSpan max, Func<Task<T>> block, string? hint, TimeSpan? epsilon)
    {
        var (start, outer) = (Now, _end);
        var available = outer - start ?? TimeSpan.MaxValue;
        _assertions.AssertTrue(available >= min, "{0}The block needs at least {1}, but only {2} are left of the block around it.", Hint(hint), min, available);
        var limit = TimeSpan.FromTicks(Math.Min(Dilated(max).Ticks, available.Ticks));
        _end = start + limit;
        _lastWasNoMsg = false; // a silence before the block is not its excuse
        T result;
        try
        {
            result = await block();
        }
        finally
        {
            _end = outer;
        }
        var elapsed = Now - start;
        _assertions.AssertTrue(elapsed >= min, "{0}The block took {1}, less than {2}.", Hint(hint), elapsed, min);
        // A block that ended with waiting for silence used up its time by that.
        if (!_lastWasNoMsg)
            _assertions.AssertTrue(elapsed <= limit + epsilon.GetValueOrDefault(), "{0}The block took {1}, more than {2}.", Hint(hint), elapsed, limit);
        return result;
    }

    private static bool Called(Action action)
    {
        action();
        return true;
    }

    private static async Task<bool> Called(Func<Task> action)
    {
        await action();
        return true;
    }

    private static TimeSpan Positive(TimeSpan duration) => duration > TimeSpan.Zero ? duration : TimeSpan.Zero;

    private static string Hint(string? hint) => string.IsNullOrEmpty(hint) ? "" : hint + ": ";
}
