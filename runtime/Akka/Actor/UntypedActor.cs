namespace Akka.Actor;

public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => CurrentContext;

    /// <summary>Runs a task as part of the current message: nothing else is handled until it ends.</summary>
    protected static void RunTask(Func<Task> action) => CurrentContext.RunTask(action);

    protected static void RunTask(Action action) => CurrentContext.RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    protected void Become(UntypedReceive receive) => Context.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
}
