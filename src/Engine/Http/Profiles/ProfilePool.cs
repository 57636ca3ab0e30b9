namespace Ferry.Engine.Http;

/// <summary>
/// Keeps what was made for the last few keys, and counts who uses it. Beyond the bound the one that was not used for the longest goes; it is
/// disposed once nobody uses it any more.
/// </summary>
/// <typeparam name="TKey">What two users share by.</typeparam>
/// <typeparam name="TValue">What they share.</typeparam>
/// <param name="bound">How many are kept, at least 1.</param>
/// <param name="make">Makes one.</param>
internal sealed class ProfilePool<TKey, TValue>(int bound, Func<TKey, TValue> make) : IDisposable
    where TKey : notnull
    where TValue : class, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly HashSet<Entry> _leaving = [];
    private long _turns;
    private bool _disposed;

    /// <summary>What belongs to a key, made where nobody has yet; to be given back by disposing the lease.</summary>
    public Lease Rent(TKey key)
    {
        if (Existing(key) is { } existing)
            return existing;
        // Made outside of the lock, since it reads files; where two make the same, one of them was in vain.
        var made = make(key);
        var gone = new List<TValue>();
        try
        {
            lock (_lock)
            {
                gone.Add(made);
                if (Existing(key) is { } meanwhile)
                    return meanwhile;
                gone.Clear();
                var entry = new Entry(made);
                _entries.Add(key, entry);
                var lease = Use(entry);
                while (_entries.Count > bound)
                    Evict(gone);
                return lease;
            }
        }
        finally
        {
            gone.ForEach(g => g.Dispose());
        }
    }

    /// <summary>Disposes everything, in use or not.</summary>
    public void Dispose()
    {
        Entry[] all;
        lock (_lock)
        {
            _disposed = true;
            all = [.. _entries.Values, .. _leaving];
            _entries.Clear();
            _leaving.Clear();
        }
        Array.ForEach(all, e => e.Value.Dispose());
    }

    private Lease? Existing(TKey key)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _entries.TryGetValue(key, out var entry) ? Use(entry) : null;
        }
    }

    private void Evict(List<TValue> gone)
    {
        var (key, oldest) = _entries.MinBy(e => e.Value.LastTurn);
        _entries.Remove(key);
        if (oldest.Users == 0)
            gone.Add(oldest.Value);
        else
            _leaving.Add(oldest);
    }

    private Lease Use(Entry entry)
    {
        entry.Users++;
        entry.LastTurn = ++_turns;
        return new Lease(this, entry);
    }

    private void GiveBack(Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Users > 0 || !_leaving.Remove(entry))
                return;
        }
        entry.Value.Dispose();
    }

    /// <summary>The use of one value.</summary>
    internal sealed class Lease : IDisposable
    {
        private readonly ProfilePool<TKey, TValue> _pool;
        private Entry? _entry;

        internal Lease(ProfilePool<TKey, TValue> pool, Entry entry)
        {
            _pool = pool;
            _entry = entry;
            Value = entry.Value;
        }

        /// <summary>The value.</summary>
        public TValue Value { get; }

        /// <summary>Gives it back; once is enough, and more does no harm.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } entry)
                _pool.GiveBack(entry);
        }
    }

    /// <summary>One value and who uses it.</summary>
    internal sealed class Entry(TValue value)
    {
        public TValue Value { get; } = value;

        public int Users { get; set; }

        public long LastTurn { get; set; }
    }
}
