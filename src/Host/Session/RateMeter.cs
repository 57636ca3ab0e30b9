namespace Ferry.Host.Session;

/// <summary>Bytes a second over the last few seconds, so that the shown rate neither jumps nor lags.</summary>
internal sealed class RateMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);
    private readonly Queue<(long Bytes, long Timestamp)> _samples = new();
    private (long Bytes, long Timestamp) _last;

    /// <summary>The rate, or null while there is only one sample.</summary>
    public double? BytesPerSecond { get; private set; }

    /// <summary>Takes in how far it came.</summary>
    /// <param name="bytes">Bytes so far.</param>
    /// <param name="time">The clock.</param>
    public void Add(long bytes, TimeProvider time)
    {
        var now = time.GetTimestamp();
        if (_samples.Count > 0 && bytes < _last.Bytes)
            Reset();
        _last = (bytes, now);
        _samples.Enqueue(_last);
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().Timestamp, now) > Window)
            _samples.Dequeue();
        var (oldest, since) = _samples.Peek();
        var seconds = time.GetElapsedTime(since, now).TotalSeconds;
        if (seconds > 0)
            BytesPerSecond = (bytes - oldest) / seconds;
    }

    /// <summary>Forgets everything: what comes is a new stretch.</summary>
    public void Reset()
    {
        _samples.Clear();
        BytesPerSecond = null;
    }
}
