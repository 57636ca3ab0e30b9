using Akka.Actor;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Transfers;

/// <summary>What an actor of a transfer is made with.</summary>
/// <param name="Request">The request.</param>
/// <param name="Feed">Where its events go.</param>
/// <param name="Work">Makes its I/O.</param>
/// <param name="Settings">Checkpoints, restarts.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">Chance of its own, for the jitter of retries.</param>
/// <param name="Supervisor">Who is told.</param>
internal sealed record TransferSetup(
    ValidatedRequest Request,
    TransferFeed Feed,
    ITransferWorkFactory Work,
    TransferSettings Settings,
    TimeProvider Time,
    Random Random,
    IActorRef Supervisor)
{
    /// <summary>Ends the I/O of the actor, once there is one; the supervisor calls it too, for an actor that failed before it began gets no PostStop.</summary>
    public Func<Task> Close { get; set; } = () => Task.CompletedTask;
}
