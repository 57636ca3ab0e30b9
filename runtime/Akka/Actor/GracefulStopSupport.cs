namespace Akka.Actor;

public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Sends the message and completes when the actor has stopped; a <see cref="TaskCanceledException"/> if it takes too long.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var stopped = Terminations.Of(target);
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await stopped.WaitAsync(timeout).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException e)
        {
            throw new TaskCanceledException($"{target} did not stop within {timeout}", e);
        }
    }
}

public static class WatchAsyncSupport
{
    /// <summary>Completes with true when the actor has stopped, with false when the token was cancelled before.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        try
        {
            await Terminations.Of(target).WaitAsync(token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>A watcher outside of any actor.</summary>
internal sealed class Terminations(ActorPath path) : ActorRefBase
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ActorPath Path { get; } = path;

    public override void SendSystemMessage(Dispatch.SysMsg.SystemMessage message)
    {
        if (message is Dispatch.SysMsg.DeathWatchNotification)
            _stopped.TrySetResult();
    }

    internal static Task Of(IActorRef target)
    {
        if (target is not LocalActorRef local)
            return Task.CompletedTask;
        var watcher = new Terminations(local.Cell.SystemImpl.NextTempPath());
        local.SendSystemMessage(new Dispatch.SysMsg.Watch(local, watcher));
        return watcher._stopped.Task;
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
    }
}
