namespace Akka.Actor;

/// <summary>Stash and timers of the current incarnation.</summary>
internal sealed partial class ActorCell
{
    private TimerScheduler? _timers;

    /// <summary>Whether the message being handled has been put aside already.</summary>
    internal bool CurrentIsStashed { get; set; }

    internal TimerScheduler NewTimers() => _timers = new TimerScheduler(this);
}
