using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Sends the message and completes when the actor has stopped; a <see cref="TaskCanceledException"/> if it takes too long.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        using var end = new Terminations(target);
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await end.Stopped.WaitAsync(timeout).ConfigureAwait(false);
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
        using var end = new Terminations(target);
        try
        {
            await end.Stopped.WaitAsync(token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>A watcher outside of any actor; the watch lasts until it is disposed of.</summary>
internal sealed class Terminations : ActorRefBase, IDisposable
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LocalActorRef? _target;

    internal Terminations(IActorRef target)
    {
        _target = target as LocalActorRef;
        Path = _target?.Cell.SystemImpl.NextTempPath() ?? target.Path;
        if (_target is null)
            _stopped.SetResult(); // nobody is there
        else
            _target.SendSystemMessage(new Watch(_target, this));
    }

    public override ActorPath Path { get; }

    internal Task Stopped => _stopped.Task;

    public override void SendSystemMessage(SystemMessage message)
    {
        if (message is DeathWatchNotification)
            _stopped.TrySetResult();
    }

    public void Dispose()
    {
        if (!_stopped.Task.IsCompleted)
            _target!.SendSystemMessage(new Unwatch(_target, this));
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
    }
}
