using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// Death watch. A notification ends the watch at once and puts a Terminated into the own mailbox; it is shown to the actor
/// only if nobody unwatched in between.
/// </summary>
internal sealed partial class ActorCell
{
    private Dictionary<IActorRef, object?>? _watching;
    private Dictionary<IActorRef, object?>? _terminatedQueued;
    private HashSet<IInternalActorRef>? _watchedBy;

    /// <summary>How many watch this actor, its parent aside. For tests.</summary>
    internal int WatcherCount => _watchedBy?.Count ?? 0;

    public IActorRef Watch(IActorRef subject) => WatchFor(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message) =>
        WatchFor(subject, message ?? throw new ArgumentNullException(nameof(message)));

    public IActorRef Unwatch(IActorRef subject)
    {
        if (!subject.Equals(Self) && _watching?.Remove(subject) == true)
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch((IInternalActorRef)subject, Self));
        _terminatedQueued?.Remove(subject);
        return subject;
    }

    private IActorRef WatchFor(IActorRef subject, object? message)
    {
        if (subject.Equals(Self))
            return subject;
        _watching ??= [];
        if (_watching.TryGetValue(subject, out var before))
        {
            return Equals(before, message)
                ? subject
                : throw new InvalidOperationException(
                    $"{Self} watches {subject} already, for another message ({before ?? "Terminated"}): Unwatch it first.");
        }

        var watchee = (IInternalActorRef)subject;
        _watching.Add(subject, message);
        watchee.SendSystemMessage(new Watch(watchee, Self));
        return subject;
    }

    private void HandleDeath(DeathWatchNotification notification)
    {
        var actor = notification.Actor;
        if (_watching?.Remove(actor, out var message) == true && _waitingFor != Waiting.ToTerminate)
        {
            (_terminatedQueued ??= [])[actor] = message;
            Self.Tell(new Terminated(actor, notification.ExistenceConfirmed, addressTerminated: false), actor);
        }

        RemoveChild(actor);
    }

    private void ReceiveTerminated(Terminated terminated)
    {
        if (_terminatedQueued?.Remove(terminated.ActorRef, out var message) == true)
        {
            // What the actor sees is what it stashes.
            _envelope = new Envelope(message ?? terminated, _envelope.Sender);
            ReceiveMessage(_envelope.Message);
        }
    }

    /// <summary>A Terminated that comes back from a stash is as good as a new one.</summary>
    internal void TerminatedUnstashed(Terminated terminated) => (_terminatedQueued ??= []).TryAdd(terminated.ActorRef, null);

    private void AddWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watchee.Equals(Self) && !watcher.Equals(Self))
            (_watchedBy ??= []).Add(watcher);
    }

    private void RemoveWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watchee.Equals(Self))
            _watchedBy?.Remove(watcher);
    }

    private void TellWatchers()
    {
        foreach (var watcher in _watchedBy ?? [])
            watcher.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true));
        _watchedBy = null;
    }

    private void UnwatchAll()
    {
        foreach (var watchee in _watching?.Keys.Cast<IInternalActorRef>() ?? [])
            watchee.SendSystemMessage(new Unwatch(watchee, Self));
        _watching = null;
        _terminatedQueued = null;
    }
}
