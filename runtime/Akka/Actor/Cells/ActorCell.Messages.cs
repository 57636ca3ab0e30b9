using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>User messages, and the routing of system messages to the parts that handle them.</summary>
internal sealed partial class ActorCell
{
    private readonly Queue<SystemMessage> _deferred = new(0);

    internal void Invoke(in Envelope envelope)
    {
        _envelope = envelope;
        CurrentIsStashed = false;
        try
        {
            if (_receiveTimeout is not null && Influences(envelope.Message))
                CancelReceiveTimeout();
            if (envelope.Message is TimerMessage timer)
                ReceiveTimer(timer);
            else
                Receive(envelope.Message);
            if (_pendingTasks == 0)
                CompleteMessage();
        }
        catch (Exception cause)
        {
            Fail(cause);
        }
    }

    internal void InvokeSystem(SystemMessage message)
    {
        if (MustWait(message))
        {
            _deferred.Enqueue(message);
            return;
        }

        try
        {
            Handle(message);
        }
        catch (Exception cause)
        {
            Fail(cause);
        }
    }

    internal void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        SystemImpl.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
        if (SystemImpl.Settings.DebugUnhandledMessage)
            SystemImpl.Publish(new Debug(Self.ToString()!, Props.Type, $"Unhandled message from {Sender}: {message}"));
    }

    private void Handle(SystemMessage message)
    {
        switch (message)
        {
            case ActorTask task:
                ContinueTask(task);
                break;
            case Create:
                CreateActor();
                break;
            case Failed failed:
                HandleFailed(failed);
                break;
            case DeathWatchNotification notification:
                HandleDeath(notification);
                break;
            case Watch watch:
                AddWatcher(watch.Watchee, watch.Watcher);
                break;
            case Unwatch unwatch:
                RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                break;
            case Suspend:
                SuspendAll();
                break;
            case Resume resume:
                ResumeAll(resume.CausedByFailure);
                break;
            case Recreate recreate:
                RestartActor(recreate.Cause);
                break;
            case Terminate:
                StopActor();
                break;
        }
    }

    /// <summary>
    /// While children are stopping before a restart, and while an asynchronous handler is under way, a change of the
    /// incarnation has to wait; a stop does not.
    /// </summary>
    private bool MustWait(SystemMessage message) => message switch
    {
        Suspend or Resume => _waitingFor is Waiting.ToCreate or Waiting.ToRecreate,
        Recreate => _waitingFor is Waiting.ToCreate or Waiting.ToRecreate || _pendingTasks > 0,
        _ => false,
    };

    private void ResumeDeferred()
    {
        for (var count = _deferred.Count; count > 0; count--)
            InvokeSystem(_deferred.Dequeue());
    }

    private void AutoReceive(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                Self.Stop();
                break;
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self), Self);
                break;
            default:
                ReceiveMessage(message);
                break;
        }
    }

    /// <summary>What a timer brings puts a receive timeout off as it would without the timer; what is no longer due does not.</summary>
    private static bool Influences(object message) => message switch
    {
        TimerMessage timer => timer.IsDue && timer.Message is not INotInfluenceReceiveTimeout,
        _ => message is not INotInfluenceReceiveTimeout,
    };

    private void ReceiveTimer(TimerMessage timer)
    {
        if (!timer.IsDue)
            return;
        // What the actor sees is what it stashes.
        _envelope = new Envelope(timer.Fire(), _envelope.Sender);
        Receive(_envelope.Message);
    }

    private void Receive(object message)
    {
        if (message is IAutoReceivedMessage)
            AutoReceive(message);
        else
            ReceiveMessage(message);
    }

    private void ReceiveMessage(object message)
    {
        _actor!.AroundReceive(_behaviours.Peek(), message);
    }

    private void CompleteMessage()
    {
        _envelope = default;
        CheckReceiveTimeout();
    }
}
