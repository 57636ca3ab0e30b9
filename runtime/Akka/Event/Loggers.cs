using Akka.Actor;

namespace Akka.Event;

/// <summary>Writes log events to the standard output, without an actor: it works before and after them.</summary>
internal sealed class StandardOutLogger : ActorRefBase
{
    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/StandardOutLogger");

    internal static void Print(LogEvent logEvent) => Console.Out.WriteLine(logEvent.ToString());

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is LogEvent logEvent)
            Print(logEvent);
    }
}

/// <summary>The logger of a system that names no other: standard output.</summary>
public class DefaultLogger : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent) => StandardOutLogger.Print(logEvent);
}
