using System.Diagnostics.CodeAnalysis;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Scheduling;

/// <summary>
/// Who runs next: the most urgent transfer whose origin has room, first come first served among equals. Every operation takes time that
/// grows with the logarithm of the waiting; none looks at all of them. Pure: the time is told.
/// </summary>
internal sealed class AdmissionQueue(AdmissionPolicy policy)
{
    private readonly Dictionary<TransferId, Waiting> _waiting = [];
    private readonly Dictionary<Origin, OriginProfile> _origins = [];

    // The first of each origin that has room.
    private readonly SortedSet<Waiting> _candidates = new(WaitingOrder.Instance);
    private readonly PriorityQueue<Origin, DateTimeOffset> _parked = new();
    private long _arrivals;

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>How many run.</summary>
    public int Running { get; private set; }

    /// <summary>Whether one more may wait.</summary>
    public bool HasRoom => Count < policy.QueueBound;

    /// <summary>The earliest time at which a parked origin may run again, or null.</summary>
    public DateTimeOffset? NextWake => _parked.TryPeek(out _, out var time) ? time : null;

    /// <summary>Lets a transfer wait for a slot.</summary>
    public void Add(TransferId id, Priority priority, Origin origin, DateTimeOffset since, DateTimeOffset now) =>
        Insert(new Waiting(id, priority, origin, since, _arrivals++, policy.RankOf(priority, since)), now);

    /// <summary>Ends a wait. False where the transfer does not wait.</summary>
    public bool Remove(TransferId id, DateTimeOffset now)
    {
        if (!_waiting.Remove(id, out var entry))
            return false;
        var profile = _origins[entry.Origin];
        profile.Queue.Remove(entry);
        Offer(profile, now);
        return true;
    }

    /// <summary>Gives a waiting transfer another priority; it keeps its arrival. False where it does not wait.</summary>
    public bool ChangePriority(TransferId id, Priority priority, DateTimeOffset now)
    {
        if (!_waiting.TryGetValue(id, out var entry))
            return false;
        Remove(id, now);
        Insert(entry with { Priority = priority, Rank = policy.RankOf(priority, entry.Since) }, now);
        return true;
    }

    /// <summary>Takes the next transfer that may run, and counts it as running.</summary>
    public bool TryStart(DateTimeOffset now, [NotNullWhen(true)] out Waiting? next)
    {
        Unpark(now);
        next = null;
        if (Running >= policy.MaxConcurrent || _candidates.Min is not { } first)
            return false;
        next = first;
        _waiting.Remove(first.Id);
        var profile = _origins[first.Origin];
        profile.Queue.Remove(first);
        profile.Running++;
        Running++;
        Offer(profile, now);
        return true;
    }

    /// <summary>A running transfer gives its slot back.</summary>
    public void Release(Origin origin, DateTimeOffset now)
    {
        var profile = Profile(origin);
        profile.Running--;
        Running--;
        Offer(profile, now);
    }

    /// <summary>Starts nothing more with an origin before a time (rule 31).</summary>
    public void Park(Origin origin, DateTimeOffset until, DateTimeOffset now)
    {
        var profile = Profile(origin);
        if (profile.ParkedUntil >= until)
            return;
        profile.ParkedUntil = until;
        _parked.Enqueue(origin, until);
        Offer(profile, now);
    }

    /// <summary>Why a waiting transfer does not run, and the earliest time it can, where that is known.</summary>
    public (string Reason, DateTimeOffset? Earliest)? Explain(TransferId id, DateTimeOffset now)
    {
        if (!_waiting.TryGetValue(id, out var entry))
            return null;
        var profile = _origins[entry.Origin];
        if (profile.ParkedUntil > now)
            return ($"{entry.Origin} asked not to be asked before {profile.ParkedUntil:u}.", profile.ParkedUntil);
        if (policy.MaxConcurrent == 0)
            return ("Every slot is closed.", null);
        if (Running >= policy.MaxConcurrent)
            return ($"It waits for a slot: {Running} of {policy.MaxConcurrent} are taken.", null);
        if (profile.Running >= policy.MaxPerOrigin)
            return ($"It waits for {entry.Origin}: {profile.Running} transfers run with it, and no more than {policy.MaxPerOrigin} may.", null);
        return ("It is next.", now);
    }

    private void Insert(Waiting entry, DateTimeOffset now)
    {
        _waiting.Add(entry.Id, entry);
        var profile = Profile(entry.Origin);
        profile.Queue.Add(entry);
        Offer(profile, now);
    }

    private OriginProfile Profile(Origin origin)
    {
        if (_origins.TryGetValue(origin, out var known))
            return known;
        return _origins[origin] = new OriginProfile(origin);
    }

    private void Offer(OriginProfile profile, DateTimeOffset now)
    {
        var first = profile.Queue.Count > 0 && policy.Allows(profile, now) ? profile.Queue.Min : null;
        if (!ReferenceEquals(profile.Candidate, first))
        {
            if (profile.Candidate is { } old)
                _candidates.Remove(old);
            if (first is not null)
                _candidates.Add(first);
            profile.Candidate = first;
        }
        if (profile.IsIdle)
            _origins.Remove(profile.Origin);
    }

    private void Unpark(DateTimeOffset now)
    {
        while (_parked.TryPeek(out var origin, out var time) && time <= now)
        {
            _parked.Dequeue();
            if (!_origins.TryGetValue(origin, out var profile) || profile.ParkedUntil > now)
                continue;
            profile.ParkedUntil = null;
            Offer(profile, now);
        }
    }
}
