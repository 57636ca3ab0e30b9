using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Stands for the asker: the first message it gets completes the task, later ones are dead letters.</summary>
internal sealed class FutureActorRef<T>(ActorSystemImpl system, ActorPath path) : ActorRefBase
{
    private readonly TaskCompletionSource<T> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ActorPath Path { get; } = path;

    public override bool IsTerminated => _reply.Task.IsCompleted;

    internal Task<T> Reply => _reply.Task;

    internal void Fail(Exception cause) => _reply.TrySetException(cause);

    internal void Cancel(CancellationToken token) => _reply.TrySetCanceled(token);

    /// <summary>A watcher is told when the asker has its answer, or waits no more.</summary>
    public override void SendSystemMessage(SystemMessage message)
    {
        if (message is Watch watch)
            _ = TellOfTheEnd(watch.Watcher);
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var first = message switch
        {
            T reply => _reply.TrySetResult(reply),
            Status.Failure failure => _reply.TrySetException(failure.Cause ?? new TaskCanceledException("A failure without a cause was answered.")),
            _ => _reply.TrySetException(new ArgumentException(
                $"Asked for a [{typeof(T)}], answered with a [{message.GetType()}].")),
        };
        if (!first)
            system.DeadLetters.Tell(message, sender!);
    }

    private async Task TellOfTheEnd(IInternalActorRef watcher)
    {
        await Task.WhenAny(_reply.Task).ConfigureAwait(false);
        watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true));
    }
}
