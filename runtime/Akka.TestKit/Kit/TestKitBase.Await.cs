using System.Runtime.ExceptionServices;

namespace Akka.TestKit;

/// <summary>Waiting for a state to come about, by looking again and again.</summary>
public abstract partial class TestKitBase
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs assertions until they hold; when time is up the last failure is thrown.</summary>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Wait(AwaitHolding(() => Task.FromResult(Called(assertion)), duration, interval, sync: true, cancellationToken));

    public Task AwaitAssertAsync(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitHolding(() => Task.FromResult(Called(assertion)), duration, interval, sync: false, cancellationToken);

    public Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitHolding(() => Called(assertion), duration, interval, sync: false, cancellationToken);

    /// <summary>Waits until a condition holds.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        Wait(AwaitHolding(() => Task.FromResult(Holding(conditionIsFulfilled(), message)), max, interval, sync: true, cancellationToken));

    /// <summary>Waits until a condition holds; false where it does not in time.</summary>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Wait(CameAbout(() => Task.FromResult(conditionIsFulfilled()), max, interval, sync: true, cancellationToken));

    public Task<bool> AwaitConditionNoThrowAsync(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        CameAbout(() => Task.FromResult(conditionIsFulfilled()), max, interval, sync: false, cancellationToken);

    public Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        CameAbout(conditionIsFulfilled, max, interval, sync: false, cancellationToken);

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        AwaitHolding(() => Task.FromResult(Holding(conditionIsFulfilled(), message)), max, interval, sync: false, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        AwaitHolding(async () => Holding(await conditionIsFulfilled().ConfigureAwait(false), message), max, interval, sync: false, cancellationToken);

    private async Task<bool> CameAbout(Func<Task<bool>> condition, TimeSpan max, TimeSpan? interval, bool sync, CancellationToken cancellation)
    {
        var end = Now + Dilated(max);
        while (!await condition())
        {
            if (Now >= end)
                return false;
            await Pause(interval, end, sync, cancellation);
        }
        return true;
    }

    private async Task<bool> AwaitHolding(Func<Task<bool>> look, TimeSpan? max, TimeSpan? interval, bool sync, CancellationToken cancellation)
    {
        var end = Now + RemainingOrDilated(max);
        while (true)
        {
            ExceptionDispatchInfo failure;
            try
            {
                return await look();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            if (Now >= end)
                failure.Throw();
            await Pause(interval, end, sync, cancellation);
        }
    }

    private static async Task Pause(TimeSpan? interval, TimeSpan end, bool sync, CancellationToken cancellation)
    {
        var pause = TimeSpan.FromTicks(Math.Min((interval ?? LookEvery).Ticks, Positive(end - Now).Ticks));
        if (sync)
            cancellation.WaitHandle.WaitOne(pause);
        else
            await Task.Delay(pause, cancellation);
        cancellation.ThrowIfCancellationRequested();
    }

    private bool Holding(bool condition, string? message)
    {
        _assertions.AssertTrue(condition, "{0}", message ?? "The condition awaited did not come about in time.");
        return condition;
    }
}
