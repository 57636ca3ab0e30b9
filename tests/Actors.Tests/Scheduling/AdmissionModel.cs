using Ferry.Actors.Scheduling;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Tests.Scheduling;

/// <summary>What <see cref="AdmissionQueue"/> must do, done by looking at everything each time.</summary>
internal sealed class AdmissionModel(AdmissionPolicy policy)
{
    private readonly List<(TransferId Id, Priority Priority, Origin Origin, DateTimeOffset Since, int Arrival)> _waiting = [];
    private readonly List<Origin> _running = [];
    private readonly Dictionary<Origin, DateTimeOffset> _parked = [];
    private int _arrivals;

    public int Count => _waiting.Count;

    public void Add(TransferId id, Priority priority, Origin origin, DateTimeOffset since) =>
        _waiting.Add((id, priority, origin, since, _arrivals++));

    public void Remove(TransferId id) => _waiting.RemoveAll(w => w.Id == id);

    public void ChangePriority(TransferId id, Priority priority)
    {
        var at = _waiting.FindIndex(w => w.Id == id);
        _waiting[at] = _waiting[at] with { Priority = priority };
    }

    public void Release(Origin origin) => _running.Remove(origin);

    public void Park(Origin origin, DateTimeOffset until) =>
        _parked[origin] = _parked.TryGetValue(origin, out var known) && known > until ? known : until;

    public TransferId? Any(Random random) => _waiting.Count == 0 ? null : _waiting[random.Next(_waiting.Count)].Id;

    public Origin? AnyRunning(Random random) => _running.Count == 0 ? null : _running[random.Next(_running.Count)];

    /// <summary>The transfer that starts now, or null.</summary>
    public TransferId? Start(DateTimeOffset now)
    {
        if (_running.Count >= policy.MaxConcurrent)
            return null;
        var able = _waiting.Where(w => _running.Count(o => o == w.Origin) < policy.MaxPerOrigin && !(_parked.TryGetValue(w.Origin, out var until) && until > now));
        var next = able
            .OrderByDescending(w => w.Priority.Value + ((now - w.Since) / policy.AgingStep))
            .ThenBy(w => w.Arrival)
            .Select(w => ((TransferId Id, Origin Origin)?)(w.Id, w.Origin))
            .FirstOrDefault();
        if (next is not { } found)
            return null;
        Remove(found.Id);
        _running.Add(found.Origin);
        return found.Id;
    }
}
