namespace Ferry.AspNetCore.Storage;

/// <summary>
/// One holder for each upload in this process. Who wants a lock that is held asks the holder to stop and waits in line, so that the newest
/// request wins over one whose connection hangs.
/// </summary>
internal sealed class UploadLocks(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Takes a lock; null where it does not come free in time.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Hold?> AcquireAsync(string id, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (entry, holder) = Enter(id);
        try
        {
            if (holder is not null)
                await holder.AskToStopAsync();
            if (!await entry.WaitAsync(patience, time, cancellationToken))
            {
                Leave(id, entry);
                return null;
            }
        }
        catch
        {
            Leave(id, entry);
            throw;
        }
        var hold = new Hold(this, id, entry);
        bool othersWait;
        lock (_gate)
        {
            entry.Holder = hold;
            othersWait = entry.Users > 1;
        }
        if (othersWait)
            await hold.AskToStopAsync();
        return hold;
    }

    /// <summary>Takes a lock that nobody holds or waits for; null otherwise.</summary>
    /// <param name="id">The upload.</param>
    public Hold? TryAcquire(string id)
    {
        lock (_gate)
        {
            if (_entries.ContainsKey(id))
                return null;
            var entry = new Entry { Users = 1 };
            _entries[id] = entry;
            entry.TakeFresh();
            return entry.Holder = new Hold(this, id, entry);
        }
    }

    private (Entry Entry, Hold? Holder) Enter(string id)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var entry))
                _entries[id] = entry = new Entry();
            entry.Users++;
            return (entry, entry.Holder);
        }
    }

    private void Leave(string id, Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Users == 0)
                _entries.Remove(id);
        }
    }

    private void Release(Hold hold, string id, Entry entry)
    {
        lock (_gate)
        {
            if (entry.Holder == hold)
                entry.Holder = null;
        }
        entry.Release();
        Leave(id, entry);
    }

    /// <summary>A lock that is held.</summary>
    internal sealed class Hold : IDisposable
    {
        private readonly UploadLocks _locks;
        private readonly string _id;
        private readonly Entry _entry;
        private readonly CancellationTokenSource _stop = new();
        private bool _released;

        internal Hold(UploadLocks locks, string id, Entry entry) => (_locks, _id, _entry) = (locks, id, entry);

        /// <summary>The upload.</summary>
        public string Id => _id;

        /// <summary>Cancelled when another request wants the lock.</summary>
        public CancellationToken Stop => _stop.Token;

        /// <summary>Asks the holder to stop.</summary>
        public Task AskToStopAsync() => _stop.CancelAsync();

        /// <summary>Lets the lock go.</summary>
        public void Dispose()
        {
            if (_released)
                return;
            _released = true;
            _locks.Release(this, _id, _entry);
        }
    }

    internal sealed class Entry
    {
        private readonly SemaphoreSlim _turn = new(1);

        public int Users { get; set; }

        public Hold? Holder { get; set; }

        public void TakeFresh() => _turn.Wait(0);

        public void Release() => _turn.Release();

        public async Task<bool> WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
        {
            if (_turn.Wait(0, cancellationToken))
                return true;
            using var late = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                await _turn.WaitAsync(either.Token);
                return true;
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
