using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What a parent knows of a child.</summary>
internal sealed class ChildStats(IInternalActorRef child)
{
    internal IInternalActorRef Child { get; } = child;

    internal bool Stopping { get; set; }

    private int _restarts;
    private long _windowStart;

    /// <summary>Counts a restart: at most <paramref name="limit"/> in a window, or ever where there is none. -1 is no limit.</summary>
    internal bool MayRestart(int limit, TimeSpan window, TimeSpan now)
    {
        if (limit == 0)
            return false;
        if (limit < 0 && window <= TimeSpan.Zero)
            return true;
        var ticks = now.Ticks;
        if (_restarts == 0 || (window > TimeSpan.Zero && ticks - _windowStart > window.Ticks))
            (_restarts, _windowStart) = (0, ticks);
        _restarts++;
        // A window without a number of retries allows one restart in it.
        return _restarts <= (limit < 0 ? 1 : limit);
    }
}

/// <summary>The children of a cell by name. Written by the cell (and by the system, for guardians), read by anyone.</summary>
internal sealed class ChildrenContainer
{
    private readonly Lock _lock = new();
    private Dictionary<string, ChildStats?>? _byName; // a null value is a reserved name
    private long _names;
    private int _stopping;
    private bool _closed;

    internal bool AnyStopping
    {
        get
        {
            lock (_lock)
                return _stopping > 0;
        }
    }

    internal string NextName()
    {
        const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        var name = "$";
        var number = Interlocked.Increment(ref _names) - 1;
        do
        {
            name += Digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number > 0);
        return name;
    }

    internal void Reserve(string name)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            if (!(_byName ??= new(StringComparer.Ordinal)).TryAdd(name, null))
                throw new InvalidActorNameException($"There is a child named [{name}] already.");
        }
    }

    internal void Unreserve(string name)
    {
        lock (_lock)
            _byName!.Remove(name);
    }

    internal void Add(IInternalActorRef child)
    {
        lock (_lock)
        {
            ThrowIfClosed(); // a guardian may have begun to stop since the name was reserved
            _byName![child.Path.Name] = new ChildStats(child);
        }
    }

    /// <summary>No more children from now on.</summary>
    internal void Close()
    {
        lock (_lock)
            _closed = true;
    }

    internal bool Remove(IActorRef child)
    {
        lock (_lock)
        {
            if (LockedStatsOf(child) is not { } stats)
                return false;
            if (stats.Stopping)
                _stopping--;
            return _byName!.Remove(child.Path.Name);
        }
    }

    internal IInternalActorRef? Find(string name)
    {
        lock (_lock)
            return _byName?.GetValueOrDefault(name)?.Child;
    }

    internal ChildStats? StatsOf(IActorRef child)
    {
        lock (_lock)
            return LockedStatsOf(child);
    }

    internal IReadOnlyList<ChildStats> AllStats()
    {
        lock (_lock)
            return _byName is null or { Count: 0 } ? [] : [.. _byName.Values.OfType<ChildStats>()];
    }

    internal IReadOnlyList<IInternalActorRef> All()
    {
        lock (_lock)
            return _byName is null or { Count: 0 } ? [] : [.. _byName.Values.OfType<ChildStats>().Select(static s => s.Child)];
    }

    internal void MarkStopping(IActorRef child)
    {
        lock (_lock)
        {
            if (LockedStatsOf(child) is { } stats)
                LockedMarkStopping(stats);
        }
    }

    internal void StopAll()
    {
        foreach (var stats in AllStats())
        {
            MarkStopping(stats.Child);
            stats.Child.SendSystemMessage(new Terminate());
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed)
            throw new InvalidOperationException("An actor that stops has no more children.");
    }

    private void LockedMarkStopping(ChildStats stats)
    {
        if (!stats.Stopping)
            _stopping++;
        stats.Stopping = true;
    }

    private ChildStats? LockedStatsOf(IActorRef child) =>
        _byName?.GetValueOrDefault(child.Path.Name) is { } stats && stats.Child.Equals(child) ? stats : null;
}
