
namespace Ferry.Engine.Transfers;

/// <summary>
/// A token bucket: on average no more than a number of bytes a second, after an idle time no more than a tenth of that at once. Safe for
/// use by several transfers, which it serves in the order they come.
/// </summary>
public sealed class RateLimiter : IByteGate
{
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);
    private readonly TimeProvider _time;
    private readonly double _ticksPerByte;
    private readonly Lock _gate = new();
    private long _paidUntil;

    /// <summary>Makes a limiter.</summary>
    /// <param name="bytesPerSecond">The limit, 1 or more.</param>
    /// <param name="time">The clock.</param>
    public RateLimiter(long bytesPerSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _ticksPerByte = (double)time.TimestampFrequency / bytesPerSecond;
        _paidUntil = time.GetTimestamp();
        Grain = (int)Math.Clamp(bytesPerSecond / 10, 1024, 256 * 1024);
    }

    /// <inheritdoc/>
    public int Grain { get; }

    /// <inheritdoc/>
    public ValueTask WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var oldest = now - (long)(Burst.TotalSeconds * _time.TimestampFrequency);
            _paidUntil = Math.Max(_paidUntil, oldest) + (long)(bytes * _ticksPerByte);
            wait = _time.GetElapsedTime(now, _paidUntil);
        }
        return wait <= TimeSpan.Zero ? ValueTask.CompletedTask : new ValueTask(Task.Delay(wait, _time, cancellationToken));
    }
}

/// <summary>Two gates: a transfer's own limit and the engine's. Both count at once, so the slower one alone sets the pace.</summary>
/// <param name="first">The first.</param>
/// <param name="second">The second.</param>
internal sealed class BothGates(IByteGate first, IByteGate second) : IByteGate
{
    public int Grain => Math.Min(first.Grain, second.Grain);

    public async ValueTask WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        var both = (First: first.WaitAsync(bytes, cancellationToken), Second: second.WaitAsync(bytes, cancellationToken));
        await both.First;
        await both.Second;
    }

    /// <summary>The gate a transfer passes.</summary>
    public static IByteGate For(long limitRate, IByteGate shared, TimeProvider time)
    {
        if (limitRate <= 0)
            return shared;
        var own = new RateLimiter(limitRate, time);
        return shared is OpenGate ? own : new BothGates(own, shared);
    }
}
