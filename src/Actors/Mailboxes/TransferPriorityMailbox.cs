using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Ferry.Actors.Protocol;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Mailboxes;

/// <summary>
/// The supervisor's mailbox: starts of transfers by their priority, 1 to 1000, stable among equals; everything else before them in a
/// control lane, so that a cancel, an answer of the journal or a Terminated never waits behind work. Named in HOCON by
/// <see cref="Hosting.FerryConfiguration.Mailbox"/>.
/// </summary>
public sealed class TransferPriorityMailbox : MailboxType, IProducesMessageQueue<TransferPriorityMessageQueue>
{
    /// <summary>Made by the actor system.</summary>
    /// <param name="settings">The system's settings.</param>
    /// <param name="config">The mailbox's section.</param>
    public TransferPriorityMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new TransferPriorityMessageQueue();
}

/// <summary>The queue of a <see cref="TransferPriorityMailbox"/>.</summary>
public sealed class TransferPriorityMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly Lock _gate = new();
    private readonly PriorityLanes<Envelope> _lanes = new();

    /// <inheritdoc/>
    public bool HasMessages => Count > 0;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_gate)
                return _lanes.Count;
        }
    }

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        var lane = LaneOf(envelope.Message);
        lock (_gate)
            _lanes.AddLast(lane, envelope);
    }

    /// <summary>Puts a message that was taken out before to the front of its own lane.</summary>
    /// <param name="envelope">The message and its sender.</param>
    public void EnqueueFirst(Envelope envelope)
    {
        var lane = LaneOf(envelope.Message);
        lock (_gate)
            _lanes.AddFirst(lane, envelope);
    }

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope)
    {
        lock (_gate)
            return _lanes.TryTake(out envelope);
    }

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        ArgumentNullException.ThrowIfNull(deadletters);
        while (TryDequeue(out var envelope))
            deadletters.Enqueue(owner, envelope);
    }

    internal static int LaneOf(object message) => message switch
    {
        // A priority that is out of range is answered with an error, whenever.
        StartTransfer start => Math.Clamp(start.Request?.Options?.Priority ?? Priority.Min, Priority.Min, Priority.Max),
        AfterStarts => Priority.Min,
        _ => PriorityLanes<Envelope>.Control,
    };
}

/// <summary>
/// A message that names an unknown transfer, put off until the starts that are waiting were handled: it may have overtaken its start.
/// </summary>
/// <param name="Message">The message.</param>
internal sealed record AfterStarts(object Message);
