using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The actor behind a test kit or a probe: puts what it receives into the queue the test looks at.</summary>
internal sealed class TestActor(TestQueue queue) : ActorBase
{
    private AutoPilot _pilot = AutoPilot.NoAutoPilot;
    private Func<object, bool>? _ignore;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case SetIgnore ignore:
                _ignore = ignore.Ignores;
                break;
            case SetAutoPilot pilot:
                _pilot = pilot.Pilot;
                break;
            case WatchActor watch:
                Context.Watch(watch.Actor);
                Sender.Tell(watch, Self);
                break;
            case UnwatchActor unwatch:
                Context.Unwatch(unwatch.Actor);
                Sender.Tell(unwatch, Self);
                break;
            case SpawnChild spawn:
                Sender.Tell(Context.ActorOf(spawn.Props, spawn.Name), Self);
                break;
            default:
                Keep(message);
                break;
        }
        return true;
    }

    private void Keep(object message)
    {
        if (_pilot is not TestKit.NoAutoPilot)
        {
            var next = _pilot.Run(Sender, message);
            _pilot = next is TestKit.KeepRunning ? _pilot : next;
        }
        if (_ignore?.Invoke(message) != true)
            queue.Add(new RealMessageEnvelope(message, Sender));
    }

    internal sealed record SetIgnore(Func<object, bool>? Ignores);

    internal sealed record SetAutoPilot(AutoPilot Pilot);

    internal sealed record WatchActor(IActorRef Actor);

    internal sealed record UnwatchActor(IActorRef Actor);

    internal sealed record SpawnChild(Props Props, string? Name);
}
