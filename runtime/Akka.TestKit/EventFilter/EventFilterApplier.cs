using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Counts what the test's logger sees while something runs.</summary>
internal sealed class EventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<LogFilter> filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(testkit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Expect(1, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, func, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Now(Count(expectedCount, null, Called(action), cancellationToken));

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Now(Count(expectedCount, timeout, Called(action), cancellationToken));

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Now(Count(expectedCount, null, () => Task.FromResult(func()), cancellationToken));

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Now(Count(expectedCount, timeout, () => Task.FromResult(func()), cancellationToken));

    public Task ExpectOneAsync(Action action, CancellationToken cancellationToken = default) => Count(1, null, Called(action), cancellationToken);

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) => ExpectAsync(1, actionAsync, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, actionAsync, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) => Count(1, null, func, cancellationToken);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Count(1, timeout, func, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        Count(expectedCount, null, Called(actionAsync), cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        Count(expectedCount, timeout, Called(actionAsync), cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Count(expectedCount, null, func, cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Count(expectedCount, timeout, func, cancellationToken);

    public IUnmutableFilter Mute() => new MutedEvents(system, filters, () => { });

    public void Mute(Action action, CancellationToken cancellationToken = default)
    {
        using var muted = Mute();
        action();
    }

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default)
    {
        using var muted = Mute();
        return func();
    }

    public async Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default)
    {
        using var muted = Mute();
        await action();
    }

    public async Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default)
    {
        using var muted = Mute();
        return await func();
    }

    private async Task<T> Count<T>(int expected, TimeSpan? timeout, Func<Task<T>> run, CancellationToken cancellation)
    {
        var seen = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var counting = new MutedEvents(system, filters, () =>
        {
            if (Interlocked.Increment(ref seen) >= expected)
                enough.TrySetResult();
        });
        var result = await run().ConfigureAwait(false);
        var limit = testkit.Dilated(timeout ?? testkit.TestKitSettings.TestEventFilterLeeway);
        if (expected > 0)
            await Task.WhenAny(enough.Task, Task.Delay(limit, cancellation)).ConfigureAwait(false);
        // What was logged up to here is counted too: one too many is as wrong as one missing.
        await counting.CatchUp(limit).ConfigureAwait(false);
        if (seen != expected)
            testkit.FailExpectation($"Expected {expected} of: {string.Join(" or ", filters)}; seen within {limit}: {seen}.");
        return result;
    }

    private static Func<Task<bool>> Called(Action action) => () =>
    {
        action();
        return Task.FromResult(true);
    };

    private static Func<Task<bool>> Called(Func<Task> action) => async () =>
    {
        await action();
        return true;
    };

    private static T Now<T>(Task<T> task) => task.GetAwaiter().GetResult();
}

/// <summary>Filters at work in the test's logger, until they are taken away.</summary>
internal sealed class MutedEvents : IUnmutableFilter
{
    private readonly ActorSystem _system;
    private readonly TestEventListener.Mute _mute;

    public MutedEvents(ActorSystem system, IReadOnlyList<LogFilter> filters, Action matched)
    {
        (_system, _mute) = (system, new TestEventListener.Mute(filters, matched));
        system.EventStream.Publish(_mute);
    }

    public void Unmute() => _system.EventStream.Publish(new TestEventListener.Unmute(_mute));

    public void Dispose() => Unmute();

    /// <summary>Waits until the logger has seen all that was logged before.</summary>
    public Task CatchUp(TimeSpan limit)
    {
        var seen = new TestEventListener.CatchUp();
        _system.EventStream.Publish(seen);
        return Task.WhenAny(seen.Done.Task, Task.Delay(limit));
    }
}
