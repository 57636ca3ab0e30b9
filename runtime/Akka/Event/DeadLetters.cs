using Akka.Actor;

namespace Akka.Event;

/// <summary>Messages that are not worth a word when nobody is there to receive them.</summary>
public interface IDeadLetterSuppression;

public abstract class AllDeadLetters : IWrappedMessage
{
    protected AllDeadLetters(object message, IActorRef sender, IActorRef recipient) =>
        (Message, Sender, Recipient) = (message, sender, recipient);

    public object Message { get; }

    public IActorRef Recipient { get; }

    public IActorRef Sender { get; }

    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";
}

/// <summary>A message whose receiver does not exist, published to the event stream.</summary>
public sealed class DeadLetter : AllDeadLetters
{
    public DeadLetter(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }

    internal static AllDeadLetters For(object message, IActorRef sender, IActorRef recipient) => message switch
    {
        AllDeadLetters already => already,
        IDeadLetterSuppression suppressed => new SuppressedDeadLetter(suppressed, sender, recipient),
        _ => new DeadLetter(message, sender, recipient),
    };
}

public sealed class SuppressedDeadLetter : AllDeadLetters
{
    public SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }
}

/// <summary>A message that its receiver had no handler for.</summary>
public sealed class UnhandledMessage : AllDeadLetters
{
    public UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }
}

/// <summary>Logs the first dead letters: <c>akka.log-dead-letters</c> is their number, or on, or off.</summary>
internal sealed class DeadLetterListener : ActorBase
{
    private readonly ActorSystemImpl _system = (ActorSystemImpl)Context.System;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private int _count;

    protected override bool Receive(object message)
    {
        var limit = _system.Settings.LogDeadLetters;
        if (message is not DeadLetter dead || _count >= limit || (_system.IsStopping && !_system.Settings.LogDeadLettersDuringShutdown))
            return true;
        _count++;
        var last = _count == limit ? " This is the last one that is logged (akka.log-dead-letters)." : "";
        _log.Info("Message [{0}] from {1} to {2} was not delivered. [{3}] dead letters encountered.{4}",
            dead.Message.GetType().Name, dead.Sender, dead.Recipient, _count, last);
        return true;
    }
}
