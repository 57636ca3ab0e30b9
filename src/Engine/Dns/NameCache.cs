using System.Net;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>Which name, and whom it is asked of.</summary>
internal readonly record struct NameKey(string Servers, string Name);

/// <summary>
/// Names that were looked up, for as long as they may be kept, and the lookups under way: one at most for a name and a set of servers. One cache
/// serves any number of resolvers; those of the same servers share their answers, so they should trust the same certificates. Thread-safe.
/// </summary>
public sealed class NameCache
{
    /// <summary>How many names are kept where the caller does not say.</summary>
    public const int DefaultCapacity = 1024;

    /// <summary>The longest a name is kept, whatever its TTL.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<NameKey, LinkedListNode<Entry>> _kept = [];
    private readonly LinkedList<Entry> _byUse = new(); // the last used first
    private readonly Dictionary<NameKey, Flight> _flights = [];
    private readonly TimeProvider _time;
    private readonly int _capacity;

    /// <summary>An empty cache.</summary>
    /// <param name="time">The clock of the TTLs; its timestamps count, not the time of day.</param>
    /// <param name="capacity">How many names are kept, at least 1; the one not used for longest goes first.</param>
    public NameCache(TimeProvider time, int capacity = DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_time, _capacity) = (time, capacity);
    }

    /// <summary>How many names are kept now, among them such whose time is over.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _kept.Count;
        }
    }

    /// <summary>The addresses of a name: kept ones, or what a lookup finds, which others who ask meanwhile wait for too.</summary>
    /// <param name="key">The name.</param>
    /// <param name="look">Looks it up; cancelled once nobody waits any more.</param>
    /// <param name="cancellationToken">Ends the waiting of this caller.</param>
    internal async ValueTask<IReadOnlyList<IPAddress>> GetAsync(
        NameKey key, Func<CancellationToken, Task<Lookup>> look, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Flight? flight;
        Lookup? kept;
        var mine = false;
        lock (_lock)
        {
            kept = Find(key);
            if (!_flights.TryGetValue(key, out flight) && kept is null)
            {
                _flights.Add(key, flight = new Flight(key));
                mine = true;
            }
            if (kept is null)
                flight!.Waiting++;
        }
        if (kept is not null)
            return Result(kept);
        if (mine)
            _ = RunAsync(flight!, look);
        return await WaitAsync(flight!, cancellationToken);
    }

    private async Task<IReadOnlyList<IPAddress>> WaitAsync(Flight flight, CancellationToken cancellationToken)
    {
        try
        {
            return Result(await flight.Found.Task.WaitAsync(cancellationToken));
        }
        finally
        {
            Leave(flight);
        }
    }

    private async Task RunAsync(Flight flight, Func<CancellationToken, Task<Lookup>> look)
    {
        try
        {
            var found = await look(flight.Unwanted.Token);
            Land(flight, found);
            flight.Found.TrySetResult(found);
        }
        catch (Exception thrown)
        {
            Land(flight, found: null);
            flight.Found.TrySetException(thrown);
            _ = flight.Found.Task.Exception; // perhaps nobody waits for it any more
        }
    }

    private void Land(Flight flight, Lookup? found)
    {
        lock (_lock)
        {
            Forget(flight);
            if (found is not null && found.KeepFor > TimeSpan.Zero)
                Keep(flight.Key, found);
        }
    }

    private void Leave(Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Waiting > 0 || flight.Found.Task.IsCompleted)
                return;
            Forget(flight);
        }
        flight.Unwanted.Cancel();
    }

    // Another lookup of the name may have begun since this one was given up.
    private void Forget(Flight flight)
    {
        if (_flights.TryGetValue(flight.Key, out var current) && current == flight)
            _flights.Remove(flight.Key);
    }

    private Lookup? Find(NameKey key)
    {
        if (!_kept.TryGetValue(key, out var node))
            return null;
        _byUse.Remove(node);
        var entry = node.Value;
        if (_time.GetElapsedTime(entry.Since) >= entry.Lookup.KeepFor)
        {
            _kept.Remove(key);
            return null;
        }
        _byUse.AddFirst(node);
        return entry.Lookup;
    }

    private void Keep(NameKey key, Lookup lookup)
    {
        if (_kept.Remove(key, out var old))
            _byUse.Remove(old);
        var limited = lookup.KeepFor < MaxAge ? lookup : lookup with { KeepFor = MaxAge };
        _kept.Add(key, _byUse.AddFirst(new Entry(key, limited, _time.GetTimestamp())));
        if (_kept.Count <= _capacity)
            return;
        _kept.Remove(_byUse.Last!.Value.Key);
        _byUse.RemoveLast();
    }

    private static IReadOnlyList<IPAddress> Result(Lookup lookup) => lookup.Error is { } error ? throw new TransferException(error) : lookup.Addresses;

    private sealed record Entry(NameKey Key, Lookup Lookup, long Since);

    private sealed class Flight(NameKey key)
    {
        public NameKey Key => key;

        public int Waiting { get; set; }

        public CancellationTokenSource Unwanted { get; } = new();

        public TaskCompletionSource<Lookup> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
