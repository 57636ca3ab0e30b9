using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// Asynchronous handlers: their code runs as if the actor were synchronous. Until the task ends the mailbox is suspended, and
/// what follows an await comes back to the actor's thread as a system message, with Self, Sender and Context as before.
/// </summary>
internal sealed partial class ActorCell
{
    private int _pendingTasks;

    internal void RunTask(Func<Task> action)
    {
        var scope = new ActorSynchronizationContext(this, _envelope);
        var task = scope.Start(action);
        if (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();
            return;
        }

        Mailbox.Suspend();
        _pendingTasks++;
        _ = task.ContinueWith(static (done, state) => ((ActorSynchronizationContext)state!).Complete(done), scope, TaskScheduler.Default);
    }

    private void ContinueTask(ActorTask task)
    {
        var previous = SynchronizationContext.Current;
        var envelope = task.Envelope;
        try
        {
            WithEnvelope(envelope, task.Run);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    private void TaskEnded(Task task)
    {
        if (Mailbox.IsClosed)
            return;
        Mailbox.Resume();
        _pendingTasks--;
        try
        {
            task.GetAwaiter().GetResult();
            if (_pendingTasks == 0)
                CompleteMessage();
        }
        catch (Exception cause)
        {
            Fail(cause);
        }

        if (_pendingTasks == 0)
            ResumeDeferred();
    }

    private sealed class ActorSynchronizationContext(ActorCell cell, Envelope envelope) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) =>
            cell.Self.SendSystemMessage(new ActorTask(Scoped(d), state, envelope));

        public override void Send(SendOrPostCallback d, object? state) => Post(d, state);

        public override SynchronizationContext CreateCopy() => this;

        internal Task Start(Func<Task> action)
        {
            var previous = Current;
            SetSynchronizationContext(this);
            try
            {
                return action();
            }
            finally
            {
                SetSynchronizationContext(previous);
            }
        }

        internal void Complete(Task task) =>
            cell.Self.SendSystemMessage(new ActorTask(_ => cell.TaskEnded(task), null, envelope));

        /// <summary>Each continuation runs with this context in place, and, after the actor's end, still as this actor.</summary>
        private SendOrPostCallback Scoped(SendOrPostCallback callback) => state =>
        {
            var previous = Current;
            var previousCell = Enter(cell);
            SetSynchronizationContext(this);
            try
            {
                callback(state);
            }
            finally
            {
                SetSynchronizationContext(previous);
                Leave(previousCell);
            }
        };
    }
}
