using Ferry.Actors.Hosting;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Scheduling;

/// <summary>Who may run: the limits, and how waiting makes up for urgency.</summary>
/// <param name="MaxConcurrent">Transfers that run at once.</param>
/// <param name="MaxPerOrigin">Transfers that run at once with one origin.</param>
/// <param name="QueueBound">Transfers that may wait.</param>
/// <param name="AgingStep">How long a wait is worth one point of priority.</param>
internal sealed record AdmissionPolicy(int MaxConcurrent, int MaxPerOrigin, int QueueBound, TimeSpan AgingStep)
{
    public static AdmissionPolicy Of(FerryOptions options) =>
        new(options.MaxConcurrent, options.MaxPerOrigin, options.QueueBound, options.AgingStep);

    /// <summary>
    /// The rank of a transfer among those that wait; the largest runs first. Waiting raises every priority at the same pace, so the order
    /// of two transfers never changes while they wait, and a rank need not be computed again.
    /// </summary>
    /// <param name="priority">Its priority.</param>
    /// <param name="since">When it began to wait.</param>
    public Int128 RankOf(Priority priority, DateTimeOffset since) => ((Int128)priority.Value * AgingStep.Ticks) - since.UtcTicks;

    /// <summary>Whether one more transfer may run with an origin.</summary>
    /// <param name="origin">The origin.</param>
    /// <param name="now">The time.</param>
    public bool Allows(OriginProfile origin, DateTimeOffset now) => origin.Running < MaxPerOrigin && !(origin.ParkedUntil > now);
}
