using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Failure and its ends. A failing actor suspends itself and its children and asks its parent, who resumes, restarts or stops
/// it, or fails in turn. A restart keeps mailbox, reference and watches; children are stopped first (by PreRestart).
/// </summary>
internal sealed partial class ActorCell
{
    private Waiting _waitingFor;
    private Exception? _restartCause;

    /// <summary>Who brought this actor down: itself, or the child whose failure it escalated. Null while it is well.</summary>
    private IActorRef? _perpetrator;

    private enum Waiting
    {
        Nothing,
        ToCreate,
        ToRecreate,
        ToTerminate,
    }

    internal SupervisorStrategy Supervision => _actor?.Supervision ?? SupervisorStrategy.StoppingStrategy;

    internal void Fail(Exception cause, IActorRef? perpetrator = null)
    {
        if (_perpetrator is not null || Mailbox.IsClosed)
            return; // already failed: the parent has been asked
        _perpetrator = perpetrator ?? Self;
        Mailbox.Suspend();
        foreach (var child in Children.All())
        {
            if (!child.Equals(_perpetrator))
                child.Suspend();
        }

        Parent.SendSystemMessage(new Failed(Self, cause));
    }

    private void HandleFailed(Failed failed)
    {
        var stats = Children.StatsOf(failed.Child);
        if (stats is null)
            return; // a former child
        if (!Supervision.HandleFailure(this, failed.Child, failed.Cause, stats, Children.AllStats()))
            Fail(failed.Cause, failed.Child);
    }

    private void SuspendAll()
    {
        Mailbox.Suspend();
        foreach (var child in Children.All())
            child.Suspend();
    }

    private void ResumeAll(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            RestartActor(causedByFailure ?? new ActorInitializationException(Self, "Resumed without ever having started."));
            return;
        }

        var perpetrator = _perpetrator;
        Mailbox.Resume();
        if (causedByFailure is not null)
        {
            _perpetrator = null;
            if (_pendingTasks == 0)
                CompleteMessage();
        }

        foreach (var child in Children.All())
            child.Resume(child.Equals(perpetrator) ? causedByFailure : null);
    }

    private void RestartActor(Exception cause)
    {
        if (_waitingFor == Waiting.ToTerminate)
            return;
        if (_actor is null)
        {
            Children.StopAll();
            WaitForChildren(Waiting.ToCreate, cause);
            return;
        }

        try
        {
            _timers?.CancelAll();
            (_actor as IActorStash)?.Stash?.UnstashAll();
            _actor.AroundPreRestart(cause, CurrentMessage);
        }
        catch (Exception e)
        {
            Report(new PreRestartException(Self, e, cause, CurrentMessage), "PreRestart");
        }

        CancelReceiveTimeout();
        _receiveTimeout = null;
        Clear();
        WaitForChildren(Waiting.ToRecreate, cause);
    }

    private void StopActor()
    {
        if (_waitingFor == Waiting.ToTerminate)
            return;
        CancelReceiveTimeout();
        _receiveTimeout = null;
        _timers?.CancelAll();
        Children.Close();
        Mailbox.Suspend();
        Children.StopAll();
        WaitForChildren(Waiting.ToTerminate, null);
    }

    private void WaitForChildren(Waiting what, Exception? cause)
    {
        (_waitingFor, _restartCause) = (what, cause);
        if (!Children.AnyStopping)
            ChildrenStopped();
    }

    private void ChildrenStopped()
    {
        var (what, cause) = (_waitingFor, _restartCause);
        switch (what)
        {
            case Waiting.ToCreate:
                (_waitingFor, _restartCause) = (Waiting.Nothing, null);
                BeginAgain();
                CreateActor();
                ResumeDeferred();
                break;
            case Waiting.ToRecreate:
                (_waitingFor, _restartCause) = (Waiting.Nothing, null);
                FinishRecreate(cause!);
                ResumeDeferred();
                break;
            case Waiting.ToTerminate:
                FinishTerminate();
                break;
        }
    }

    private void BeginAgain()
    {
        Mailbox.Resume();
        _perpetrator = null;
        _envelope = default;
    }

    private void FinishRecreate(Exception cause)
    {
        var survivors = Children.All();
        BeginAgain();
        try
        {
            NewActor().AroundPostRestart(cause, null!);
            CheckReceiveTimeout();
            // Children that an overridden PreRestart let live are restarted with their parent.
            foreach (var child in survivors)
                child.Restart(cause);
        }
        catch (Exception e)
        {
            Clear();
            Fail(new PostRestartException(Self, e, cause));
        }
    }

    private void FinishTerminate()
    {
        try
        {
            (_actor as IActorStash)?.Stash?.UnstashAll();
            _actor?.AroundPostStop();
        }
        catch (Exception e)
        {
            Report(e, "PostStop");
        }

        _timers?.CancelAll();
        _timers = null;
        Mailbox.Close();
        Parent.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true));
        TellWatchers();
        UnwatchAll();
        Clear();
        _behaviours.Clear();
        _envelope = default;
    }

    private void Report(Exception cause, string hook) =>
        SystemImpl.Publish(new Error(cause, Self.ToString()!, typeof(ActorCell), $"{hook} failed: {cause.Message}"));
}
