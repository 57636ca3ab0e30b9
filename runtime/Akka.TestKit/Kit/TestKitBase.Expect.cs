using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Expectations of single messages.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect<T>(duration, hint, null, sync: true, cancellationToken));

    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, Equal(message, hint), sync: true, cancellationToken));

    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, Holds(isMessage, hint), sync: true, cancellationToken));

    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect<T>(timeout, hint, (message, _) => assert(message), sync: true, cancellationToken));

    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, Holds(isMessageAndSender, hint), sync: true, cancellationToken));

    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, assertMessageAndSender, sync: true, cancellationToken));

    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, Equal(expected, comparer, hint), sync: true, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(duration, hint, null, sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, Equal(message, hint), sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, Holds(isMessage, hint), sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, (message, _) => assert(message), sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, Holds(isMessageAndSender, hint), sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, assertMessageAndSender, sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, Equal(expected, comparer, hint), sync: false, cancellationToken);

    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(duration, hint, From<T>(sender, hint), sync: true, cancellationToken));

    public T ExpectMsgFrom<T>(IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, From<T>(sender, hint) + Equal(message, hint), sync: true, cancellationToken));

    public T ExpectMsgFrom<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, From<T>(sender, hint) + Holds(isMessage, hint), sync: true, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(duration, hint, From<T>(sender, hint), sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + Equal(message, hint), sync: false, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, From<T>(sender, hint) + Asserted(assertMessage), sync: true, cancellationToken));

    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, From<T>(isSender, hint) + Holds(isMessage, hint), sync: true, cancellationToken));

    public T ExpectMsgFrom<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, Asserted<T>(assertSender) + Asserted(assertMessage), sync: true, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + Holds(isMessage, hint), sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + Asserted(assertMessage), sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(isSender, hint) + Holds(isMessage, hint), sync: false, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, Asserted<T>(assertSender) + Asserted(assertMessage), sync: false, cancellationToken);

    /// <summary>The end of an actor the test actor watches.</summary>
    public Terminated ExpectTerminated(IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(Expect(timeout, hint, EndOf(target, hint), sync: true, cancellationToken));

    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, EndOf(target, hint), sync: false, cancellationToken);

    /// <summary>No message for the default time, or for what is left of the Within block.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) => Wait(ExpectSilence(RemainingOrDefault, sync: true, cancellationToken));

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Wait(ExpectSilence(Dilated(duration), sync: true, cancellationToken));

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        new(ExpectSilence(RemainingOrDefault, sync: false, cancellationToken).AsTask());

    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        new(ExpectSilence(Dilated(duration), sync: false, cancellationToken).AsTask());

    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private async ValueTask<T> Expect<T>(TimeSpan? max, string? hint, Action<T, IActorRef>? check, bool sync, CancellationToken cancellation)
    {
        var limit = RemainingOrDilated(max);
        var envelope = await Take(limit, sync, cancellation).ConfigureAwait(false);
        _assertions.AssertTrue(envelope is not null, "{0}Expected a {1} within {2}, but no message came.", Hint(hint), typeof(T).Name, limit);
        _assertions.AssertTrue(envelope!.Message is T, "{0}Expected a {1}, but got {2} ({3}).", Hint(hint), typeof(T).Name, envelope, envelope.Message.GetType());
        var message = (T)envelope.Message;
        check?.Invoke(message, envelope.Sender);
        return message;
    }

    private async ValueTask<bool> ExpectSilence(TimeSpan duration, bool sync, CancellationToken cancellation)
    {
        var envelope = await Take(duration, sync, cancellation).ConfigureAwait(false);
        _assertions.AssertTrue(envelope is null, "Expected no message for {0}, but got {1}.", duration, envelope!);
        _lastWasNoMsg = true;
        return true;
    }

    private Action<T, IActorRef> Equal<T>(T expected, string? hint) => (actual, sender) =>
        _assertions.AssertEqual(expected, actual, "{0}Expected <{1}>, but got <{2}> from {3}.", Hint(hint), expected!, actual!, Named(sender));

    private Action<T, IActorRef> Equal<T>(T expected, Func<T, T, bool> comparer, string? hint) => (actual, sender) =>
        _assertions.AssertEqual(expected, actual, comparer, "{0}Expected <{1}>, but got <{2}> from {3}.", Hint(hint), expected!, actual!, Named(sender));

    private Action<T, IActorRef> Holds<T>(Predicate<T> isMessage, string? hint) => Holds<T>((message, _) => isMessage(message), hint);

    private Action<T, IActorRef> Holds<T>(Func<T, IActorRef, bool> isMessage, string? hint) => (actual, sender) =>
        _assertions.AssertTrue(isMessage(actual, sender), "{0}The {1} <{2}> from {3} is not what was expected.", Hint(hint), typeof(T).Name, actual!, Named(sender));

    private Action<T, IActorRef> From<T>(IActorRef expected, string? hint) => (actual, sender) =>
        _assertions.AssertEqual(expected, sender, "{0}Expected <{1}> from {2}, but it came from {3}.", Hint(hint), actual!, expected, Named(sender));

    private Action<T, IActorRef> From<T>(Predicate<IActorRef> isSender, string? hint) => (actual, sender) =>
        _assertions.AssertTrue(isSender(sender), "{0}<{1}> came from {2}, who is not the sender expected.", Hint(hint), actual!, Named(sender));

    private static Action<T, IActorRef> Asserted<T>(Action<T> assert) => (actual, _) => assert(actual);

    private static Action<T, IActorRef> Asserted<T>(Action<IActorRef> assert) => (_, sender) => assert(sender);

    private Action<Terminated, IActorRef> EndOf(IActorRef target, string? hint) =>
        Holds<Terminated>((ended, _) => ended.ActorRef.Equals(target), $"{Hint(hint)}The end of {target}");

    private static string Named(IActorRef sender) => sender.IsNobody() ? "no sender" : sender.ToString()!;
}
