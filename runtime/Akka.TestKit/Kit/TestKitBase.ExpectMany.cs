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

    /// <summary>As many messages as there are predicates, in any order, of which each fits another predicate.</summary>
    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(params PredicateInfo[] predicates) =>
        ExpectMsgAllOfMatchingPredicates((IReadOnlyCollection<PredicateInfo>)predicates);

    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(
        IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        Wait(ExpectMatching(RemainingOrDefault, predicates, sync: true, cancellationToken));

    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(
        TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        Wait(ExpectMatching(Dilated(max), predicates, sync: true, cancellationToken));

    public async IAsyncEnumerable<object> ExpectMsgAllOfMatchingPredicatesAsync(
        IReadOnlyCollection<PredicateInfo> predicates, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var message in await ExpectMatching(RemainingOrDefault, predicates, sync: false, cancellationToken).ConfigureAwait(false))
            yield return message;
    }

    private async ValueTask<IReadOnlyCollection<object>> ExpectMatching(
        TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, bool sync, CancellationToken cancellation)
    {
        var received = await TakeMany(predicates.Count, max, sync, cancellation).ConfigureAwait(false);
        var open = predicates.ToList();
        var unexpected = received.Where(message => open.Find(p => p.Holds(message)) is not { } fitting || !open.Remove(fitting)).ToList();
        _assertions.AssertTrue(
            unexpected.Count == 0, "Not received: {0}; received, but not expected: {1}.", string.Join(", ", open), Listed(unexpected));
        return received;
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

/// <summary>What a test says of one message among several.</summary>
public sealed class PredicateInfo
{
    private PredicateInfo(Type type, Predicate<object> holds) => (Type, Holds) = (type, holds);

    public Type Type { get; }

    internal Predicate<object> Holds { get; }

    public static PredicateInfo Create<T>(Predicate<T> predicate) => new(typeof(T), message => message is T typed && predicate(typed));

    public override string ToString() => $"a {Type.Name} by a function";
}
