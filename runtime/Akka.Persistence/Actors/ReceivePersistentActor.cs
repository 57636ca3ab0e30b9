using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor whose handlers are lists, tried in the order they were declared: Recover and Command.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor
{
    private readonly MessageHandlers _recover = new();
    private readonly MessageHandlers _command = new();
    private MessageHandlers? _open;
    private bool _started;

    protected ReceivePersistentActor() => _open = _command;

    private MessageHandlers Commands => _open ?? throw new InvalidOperationException(
        "Command handlers can be declared in the constructor and inside Become only.");

    private MessageHandlers Recoveries => !_started ? _recover : throw new InvalidOperationException(
        "Recover handlers can be declared in the constructor only.");

    protected sealed override void OnCommand(object message)
    {
        Start();
        if (!_command.Handle(message))
            Unhandled(message);
    }

    protected sealed override void OnRecover(object message)
    {
        Start();
        if (!_recover.Handle(message))
            Unhandled(message);
    }

    protected void Become(Action configure)
    {
        var receive = Configured(configure);
        ActorBase.Context.Become(receive);
    }

    protected void BecomeStacked(Action configure)
    {
        var receive = Configured(configure);
        ActorBase.Context.BecomeStacked(receive);
    }

    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Recoveries.Add(handler, shouldHandle);

    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recoveries.Add(handler, shouldHandle);

    protected void Recover<T>(Func<T, bool> handler) => Recoveries.Add(handler);

    protected void Recover(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Recoveries.Add(messageType, handler, shouldHandle);

    protected void Recover(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Recoveries.Add(messageType, handler, shouldHandle);

    protected void Recover(Type messageType, Func<object, bool> handler) => Recoveries.Add(messageType, handler);

    protected void RecoverAny(Action<object> handler) => Recoveries.AddAny(handler);

    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Commands.Add(handler, shouldHandle);

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Commands.Add(handler, shouldHandle);

    protected void Command<T>(Func<T, bool> handler) => Commands.Add(handler);

    protected void Command(Action<object> handler) => Commands.AddAny(handler);

    protected void Command(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Commands.Add(messageType, handler, shouldHandle);

    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Commands.Add(messageType, handler, shouldHandle);

    protected void Command(Type messageType, Func<object, bool> handler) => Commands.Add(messageType, handler);

    protected void CommandAny(Action<object> handler) => Commands.AddAny(handler);

    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Commands.Add(message => RunTask(() => handler(message)), shouldHandle);

    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => CommandAsync(handler, shouldHandle);

    protected void CommandAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Commands.Add(messageType, message => RunTask(() => handler(message)), shouldHandle);

    protected void CommandAnyAsync(Func<object, Task> handler) => Commands.AddAny(message => RunTask(() => handler(message)));

    private void Start()
    {
        _started = true;
        _open = null;
    }

    private Receive Configured(Action configure)
    {
        var (outer, handlers) = (_open, new MessageHandlers());
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

/// <summary>The forms in which a handler can be declared.</summary>
internal static class HandlerForms
{
    public static void Add<T>(this MessageHandlers handlers, Action<T> handler, Predicate<T>? shouldHandle) => handlers.Add(message =>
    {
        if (message is not T typed || shouldHandle?.Invoke(typed) == false)
            return false;
        handler(typed);
        return true;
    });

    public static void Add<T>(this MessageHandlers handlers, Func<T, bool> handler) =>
        handlers.Add(new Func<object, bool>(message => message is T typed && handler(typed)));

    public static void Add(this MessageHandlers handlers, Type type, Action<object> handler, Predicate<object>? shouldHandle) =>
        handlers.Add(handler, message => type.IsInstanceOfType(message) && shouldHandle?.Invoke(message) != false);

    public static void Add(this MessageHandlers handlers, Type type, Func<object, bool> handler) =>
        handlers.Add(message => type.IsInstanceOfType(message) && handler(message));

    public static void AddAny(this MessageHandlers handlers, Action<object> handler)
    {
        handlers.Add(handler, shouldHandle: null);
        handlers.Seal();
    }
}
