using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Scheduling;

/// <summary>
/// One limit of bytes a second for all transfers, shared by weight: among those that have bytes waiting, each gets its part in proportion to
/// its weight; what one does not use the others have. Weighted fair queueing: who waits is served in the order of virtual end times.
/// Thread-safe.
/// </summary>
internal sealed class BandwidthGovernor : IDisposable
{
    // After an idle time no more than this may come at once.
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly double _ticksPerByte;
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Ticket, double> _queue = new();
    private readonly ITimer _timer;
    private double _virtualTime;
    private long _paidUntil;

    /// <summary>Makes a governor.</summary>
    /// <param name="bytesPerSecond">The limit, 1 or more.</param>
    /// <param name="time">The clock.</param>
    public BandwidthGovernor(long bytesPerSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        _time = time;
        _ticksPerByte = (double)time.TimestampFrequency / bytesPerSecond;
        _paidUntil = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Serve(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Grain = (int)Math.Clamp(bytesPerSecond / 10, 1024, 256 * 1024);
    }

    private int Grain { get; }

    /// <summary>The weight of a priority: the most urgent gets eleven times what the least urgent gets.</summary>
    public static double WeightOf(Priority priority) => 1 + (priority.Value / 100.0);

    /// <summary>The gate of one transfer.</summary>
    /// <param name="weight">Its weight.</param>
    public IByteGate GateFor(double weight) => new Gate(this, weight);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private Task WaitAsync(Gate gate, int bytes, CancellationToken cancellationToken)
    {
        Ticket ticket;
        lock (_lock)
        {
            gate.LastEnd = Math.Max(_virtualTime, gate.LastEnd) + (bytes / gate.Weight);
            ticket = new Ticket(bytes, gate.LastEnd);
            _queue.Enqueue(ticket, gate.LastEnd);
        }
        Serve();
        return ticket.Done.Task.IsCompleted ? Task.CompletedTask : ticket.Done.Task.WaitAsync(cancellationToken);
    }

    // Bytes were received already when they come here: the line is paid for them before their owner may go on.
    private void Serve()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var oldest = now - (long)(Burst.TotalSeconds * _time.TimestampFrequency);
            while (_queue.TryPeek(out var next, out var end))
            {
                var paid = Math.Max(_paidUntil, oldest) + (long)(next.Bytes * _ticksPerByte);
                if (paid > now)
                {
                    _timer.Change(_time.GetElapsedTime(now, paid) + TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan);
                    return;
                }
                _queue.Dequeue();
                _paidUntil = paid;
                _virtualTime = end;
                next.Done.TrySetResult();
            }
        }
    }

    private sealed record Ticket(int Bytes, double End)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Gate(BandwidthGovernor governor, double weight) : IByteGate
    {
        public double Weight { get; } = weight;

        public double LastEnd { get; set; }

        public int Grain => governor.Grain;

        public ValueTask WaitAsync(int bytes, CancellationToken cancellationToken) => new(governor.WaitAsync(this, bytes, cancellationToken));
    }
}
