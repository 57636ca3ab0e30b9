using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message as a test actor received it.</summary>
public abstract class MessageEnvelope
{
    public abstract object Message { get; }

    public abstract IActorRef Sender { get; }
}

public class RealMessageEnvelope(object message, IActorRef sender) : MessageEnvelope
{
    public override object Message { get; } = message;

    public override IActorRef Sender { get; } = sender;

    public override string ToString() => $"<{Message}> from {(Sender.IsNobody() ? "no sender" : Sender)}";
}

/// <summary>Stands for "nothing received yet".</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    public override object Message => throw new IllegalActorStateException("No message has been received yet.");

    public override IActorRef Sender => throw new IllegalActorStateException("No message has been received yet.");

    public override string ToString() => "<nothing>";
}

/// <summary>Test kits that are no implicit sender.</summary>
public interface INoImplicitSender;
