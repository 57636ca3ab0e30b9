using Akka.Actor;

namespace Akka.TestKit;

/// <summary>
/// Makes the test actor the sender of what a test tells, on the thread of the test and, after an await, on the thread that
/// goes on with it.
/// </summary>
internal sealed class ImplicitSender(ActorCell cell) : SynchronizationContext
{
    public static void Install(ActorCell cell)
    {
        ActorCell.Enter(cell);
        SetSynchronizationContext(new ImplicitSender(cell));
    }

    public static void Uninstall()
    {
        ActorCell.Leave(null);
        if (Current is ImplicitSender)
            SetSynchronizationContext(null);
    }

    public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ => Run(d, state));

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    private void Run(SendOrPostCallback callback, object? state)
    {
        var (context, before) = (Current, ActorCell.Enter(cell));
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(context);
            ActorCell.Leave(before);
        }
    }
}
