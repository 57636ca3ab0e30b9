using System.Runtime.CompilerServices;

namespace Akka.TestKit;

/// <summary>Expectations of one of several messages, or of several in any order.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Wait(ExpectAny(messages, sync: true, cancellationToken));

    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAny(messages, sync: false, cancellationToken);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectMsgAllOf((IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) => ExpectMsgAllOf(max, (IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Wait(ExpectAll(RemainingOrDefault, messages, sync: true, cancellationToken));

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Wait(ExpectAll(Dilated(max), messages, sync: true, cancellationToken));

    public async IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        IReadOnlyCollection<T> messages, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var message in await ExpectAll(RemainingOrDefault, messages, sync: false, cancellationToken).ConfigureAwait(false))
            yield return message;
    }

    public async IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var message in await ExpectAll(Dilated(max), messages, sync: false, cancellationToken).ConfigureAwait(false))
            yield return message;
    }

    private ValueTask<T> ExpectAny<T>(IEnumerable<T> messages, bool sync, CancellationToken cancellation)
    {
        var expected = messages.ToList();
        return Expect<T>(
            null,
            null,
            (actual, _) => _assertions.AssertTrue(expected.Contains(actual), "Expected one of {0}, but got <{1}>.", Listed([.. expected.Cast<object>()]), actual!),
            sync,
            cancellation);
    }

    private async ValueTask<IReadOnlyCollection<T>> ExpectAll<T>(TimeSpan max, IReadOnlyCollection<T> messages, bool sync, CancellationToken cancellation)
    {
        var received = await TakeMany(messages.Count, max, sync, cancellation).ConfigureAwait(false);
        var missing = messages.ToList();
        var unexpected = new List<object>();
        foreach (var message in received)
        {
            if (message is not T typed || !missing.Remove(typed))
                unexpected.Add(message);
        }
        _assertions.AssertTrue(
            unexpected.Count == 0, "Not received: {0}; received, but not expected: {1}.", Listed([.. missing.Cast<object>()]), Listed(unexpected));
        return [.. received.Cast<T>()];
    }
}
