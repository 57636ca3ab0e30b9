using System.Collections;
using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Taking messages as they come.</summary>
public abstract partial class TestKitBase
{
    /// <summary>The next message, or null where none comes in time.</summary>
    public object? ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        TryReceiveOne(out var envelope, max, cancellationToken) ? envelope.Message : null;

    public async ValueTask<object?> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await Take(max, sync: false, cancellationToken).ConfigureAwait(false))?.Message;

    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var taken = Wait(Take(max, sync: true, cancellationToken));
        envelope = taken ?? NullMessageEnvelope.Instance;
        return taken is not null;
    }

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var taken = await Take(max, sync: false, cancellationToken).ConfigureAwait(false);
        return (taken is not null, taken ?? NullMessageEnvelope.Instance);
    }

    public object? PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Wait(_queue.PeekAsync(max ?? RemainingOrDefault, sync: true, cancellationToken))?.Message;

    public async ValueTask<object?> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await _queue.PeekAsync(max ?? RemainingOrDefault, sync: false, cancellationToken).ConfigureAwait(false))?.Message;

    public bool TryPeekOne(out MessageEnvelope envelope, TimeSpan? max, CancellationToken cancellationToken)
    {
        var next = Wait(_queue.PeekAsync(max ?? RemainingOrDefault, sync: true, cancellationToken));
        envelope = next ?? NullMessageEnvelope.Instance;
        return next is not null;
    }

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryPeekOneAsync(TimeSpan? max, CancellationToken cancellationToken)
    {
        var next = await _queue.PeekAsync(max ?? RemainingOrDefault, sync: false, cancellationToken).ConfigureAwait(false);
        return (next is not null, next ?? NullMessageEnvelope.Instance);
    }

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveN(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Wait(TakeMany(numberOfMessages, Dilated(max), sync: true, cancellationToken));

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveNAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    public async IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var message in await TakeMany(numberOfMessages, Dilated(max), sync: false, cancellationToken).ConfigureAwait(false))
            yield return message;
    }

    /// <summary>Takes messages while the function gives something for them; the first other one is left.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => ReceiveWhile(filter, max, Timeout.InfiniteTimeSpan, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T?> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => Wait(TakeWhile(filter, max, idle, msgs, sync: true, cancellationToken));

    public async IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T?> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class
    {
        foreach (var found in await TakeWhile(filter, max, idle, msgs, sync: false, cancellationToken).ConfigureAwait(false))
            yield return found;
    }

    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default)
        where T : class => Wait(TakeMatching(shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, sync: true, cancellationToken));

    public async IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class
    {
        var taken = TakeMatching(shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, sync: false, cancellationToken);
        foreach (var found in await taken.ConfigureAwait(false))
            yield return found;
    }

    /// <summary>Takes messages until one for which the function holds, and gives that one.</summary>
    public object FishForMessage(Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Wait(Fish(isMessage, null, max, hint, sync: true, cancellationToken));

    public T FishForMessage<T>(
        Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Wait(Fish(isMessage, allMessages, max, hint, sync: true, cancellationToken));

    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, null, max, hint, sync: false, cancellationToken);

    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, null, max, hint, sync: false, cancellationToken);

    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, allMessages, max, hint, sync: false, cancellationToken);

    /// <summary>Takes messages until one of this class, and gives those that came before it.</summary>
    public async IAsyncEnumerable<object> FishUntilMessageAsync<T>(
        TimeSpan? max = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var passed = new ArrayList();
        await Fish<T>(static _ => true, passed, max, "", sync: false, cancellationToken).ConfigureAwait(false);
        foreach (var message in passed)
            yield return message!;
    }

    private async ValueTask<MessageEnvelope?> Take(TimeSpan? max, bool sync, CancellationToken cancellation)
    {
        var taken = await _queue.TakeAsync(max ?? RemainingOrDefault, sync, cancellation).ConfigureAwait(false);
        _lastWasNoMsg = false;
        if (taken is not null)
            _last = taken;
        return taken;
    }

    private async ValueTask<IReadOnlyCollection<object>> TakeMany(int count, TimeSpan max, bool sync, CancellationToken cancellation)
    {
        var (start, messages) = (Now, new List<object>());
        while (messages.Count < count)
        {
            var envelope = await Take(Positive(start + max - Now), sync, cancellation).ConfigureAwait(false);
            _assertions.AssertTrue(envelope is not null, "Expected {0} messages within {1}, but {2} came.", count, max, messages.Count);
            messages.Add(envelope!.Message);
        }
        return messages;
    }

    private async ValueTask<IReadOnlyList<T>> TakeWhile<T>(
        Func<object, T?> filter, TimeSpan? max, TimeSpan? idle, int count, bool sync, CancellationToken cancellation)
        where T : class
    {
        var end = Now + RemainingOrDilated(max);
        var found = new List<T>();
        while (found.Count < count)
        {
            var left = Positive(end - Now);
            var wait = idle is { } quiet && quiet != Timeout.InfiniteTimeSpan && quiet < left ? quiet : left;
            var next = await _queue.PeekAsync(wait, sync, cancellation).ConfigureAwait(false);
            if (next is null || filter(next.Message) is not { } kept)
                break;
            found.Add(kept);
            await Take(TimeSpan.Zero, sync, cancellation).ConfigureAwait(false);
        }
        _lastWasNoMsg = true;
        return found;
    }

    private async ValueTask<IReadOnlyList<T>> TakeMatching<T>(
        Predicate<T> shouldContinue, TimeSpan? max, TimeSpan? idle, int count, bool ignoreOthers, bool sync, CancellationToken cancellation)
        where T : class
    {
        var taken = await TakeWhile<object>(
            message => message is T typed ? (shouldContinue(typed) ? message : null) : (ignoreOthers ? message : null),
            max, idle, count, sync, cancellation).ConfigureAwait(false);
        return [.. taken.OfType<T>()];
    }

    private async ValueTask<T> Fish<T>(
        Predicate<T> isMessage, ArrayList? others, TimeSpan? max, string hint, bool sync, CancellationToken cancellation)
    {
        var limit = RemainingOrDilated(max);
        var (end, passed) = (Now + limit, new List<object>());
        others?.Clear();
        while (true)
        {
            var envelope = await Take(Positive(end - Now), sync, cancellation).ConfigureAwait(false);
            _assertions.AssertTrue(
                envelope is not null, "{0}No {1} that was fished for came within {2}; passed by: {3}", Hint(hint), typeof(T).Name, limit, Listed(passed));
            if (envelope!.Message is T candidate && isMessage(candidate))
                return candidate;
            others?.Add(envelope.Message);
            passed.Add(envelope.Message);
        }
    }

    private static string Listed(IReadOnlyCollection<object> messages) =>
        messages.Count == 0 ? "nothing" : string.Join(", ", messages.Select(m => $"<{m}>"));
}
