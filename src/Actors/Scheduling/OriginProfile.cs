using Ferry.Engine.Requests;

namespace Ferry.Actors.Scheduling;

/// <summary>What is known of an origin, and who waits for it.</summary>
/// <param name="origin">The origin.</param>
internal sealed class OriginProfile(Origin origin)
{
    public Origin Origin { get; } = origin;

    /// <summary>Transfers that run with it.</summary>
    public int Running { get; set; }

    /// <summary>The time before which it asked not to be asked (Retry-After, rule 31).</summary>
    public DateTimeOffset? ParkedUntil { get; set; }

    /// <summary>Who waits for it, the first one first.</summary>
    public SortedSet<Waiting> Queue { get; } = new(WaitingOrder.Instance);

    /// <summary>Its entry among the origins that may run one more, or null.</summary>
    public Waiting? Candidate { get; set; }

    public bool IsIdle => Running == 0 && Queue.Count == 0 && ParkedUntil is null;
}

/// <summary>A transfer that waits for a slot.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Origin">Its origin.</param>
/// <param name="Since">When it began to wait.</param>
/// <param name="Arrival">Its place among those that came: first come first served among equals.</param>
/// <param name="Rank">See <see cref="AdmissionPolicy.RankOf"/>.</param>
internal sealed record Waiting(TransferId Id, Priority Priority, Origin Origin, DateTimeOffset Since, long Arrival, Int128 Rank);

/// <summary>The larger rank first, then the earlier arrival.</summary>
internal sealed class WaitingOrder : IComparer<Waiting>
{
    public static readonly WaitingOrder Instance = new();

    public int Compare(Waiting? x, Waiting? y)
    {
        var byRank = y!.Rank.CompareTo(x!.Rank);
        return byRank != 0 ? byRank : x.Arrival.CompareTo(y.Arrival);
    }
}
