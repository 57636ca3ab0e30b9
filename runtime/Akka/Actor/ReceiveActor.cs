namespace Akka.Actor;

/// <summary>An actor whose behaviour is a list of typed handlers, tried in the order they were declared.</summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly MessageHandlers _initial = new();
    private MessageHandlers? _open;

    protected ReceiveActor() => _open = _initial;

    private MessageHandlers Handlers => _open ?? throw new InvalidOperationException(
        "Handlers are declared in the constructor and in the method given to Become.");

    protected sealed override void OnReceive(object message)
    {
        _open = null;
        if (!_initial.Handle(message))
            Unhandled(message);
    }

    protected void Become(Action configure) => Context.Become(Configured(configure));

    protected void BecomeStacked(Action configure) => Context.BecomeStacked(Configured(configure));

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Handlers.Add(message =>
    {
        if (message is not T typed || shouldHandle?.Invoke(typed) == false)
            return false;
        handler(typed);
        return true;
    });

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Handlers.Add(message => message is T typed && handler(typed));

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) => Handlers.Add(message =>
    {
        if (!messageType.IsInstanceOfType(message) || shouldHandle?.Invoke(message) == false)
            return false;
        handler(message);
        return true;
    });

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Handlers.Add(message => messageType.IsInstanceOfType(message) && handler(message));

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Receive(message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        ReceiveAsync(messageType, handler, shouldHandle);

    protected void ReceiveAny(Action<object> handler)
    {
        Handlers.Add(message =>
        {
            handler(message);
            return true;
        });
        Handlers.Seal();
    }

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(message => RunTask(() => handler(message)));

    private Receive Configured(Action configure)
    {
        var outer = _open;
        var handlers = new MessageHandlers();
        _open = handlers;
        try
        {
            configure();
        }
        finally
        {
            _open = outer;
        }

        return handlers.Handle;
    }
}

/// <summary>The handlers of one behaviour. Also the heart of the persistent actors' Command and Recover lists.</summary>
internal sealed class MessageHandlers
{
    private readonly List<Func<object, bool>> _handlers = [];
    private bool _sealed;

    internal void Add(Func<object, bool> handler)
    {
        if (_sealed)
            throw new InvalidOperationException("A handler after ReceiveAny would never be called.");
        _handlers.Add(handler);
    }

    internal void Seal() => _sealed = true;

    internal bool Handle(object message)
    {
        foreach (var handler in _handlers)
        {
            if (handler(message))
                return true;
        }

        return false;
    }
}
