using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>
/// The limits of one call: the caller's token, the longest silence, and the time for the whole. One token ends the call for any of
/// them; one timer, armed anew when it fires, makes a read cost no more than a time stamp.
/// </summary>
internal sealed class CallWatch : IDisposable
{
    private readonly TimeProvider _time;
    private readonly RequestOptions _options;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly ITimer? _timer;
    private readonly long _started;
    private long _silentSince;
    private int _waiting;
    private volatile string? _expired;
    private volatile bool _disposed;

    public CallWatch(TimeProvider time, RequestOptions options, CancellationToken caller, long? began = null)
    {
        _time = time;
        _options = options;
        _caller = caller;
        _started = began ?? time.GetTimestamp();
        _registration = caller.UnsafeRegister(static w => ((CallWatch)w!).Stop(), this);
        if (options.ReadTimeout <= TimeSpan.Zero && options.TotalTimeout <= TimeSpan.Zero)
            return;
        _timer = time.CreateTimer(static w => ((CallWatch)w!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Check();
    }

    /// <summary>The time stamp when the call began.</summary>
    public long Started => _started;

    /// <summary>Fires when the call is over its limits or the caller gave up.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What the call holds on to until it is over.</summary>
    public IDisposable? Holds { get; set; }

    /// <summary>The body of the request that was sent last: where it is still on its way when the call is over, it is stopped.</summary>
    public SendScope? Sending { get; set; }

    /// <summary>Whether this is the token the call was made with: it needs no watching of its own.</summary>
    public bool IsCallers(CancellationToken token) => token == _caller || !token.CanBeCanceled;

    /// <summary>From here on, silence counts.</summary>
    public void BeginWait()
    {
        Volatile.Write(ref _silentSince, _time.GetTimestamp());
        Volatile.Write(ref _waiting, 1);
    }

    /// <summary>Something came: silence does not count until the next wait.</summary>
    public void EndWait() => Volatile.Write(ref _waiting, 0);

    /// <summary>Ends the call.</summary>
    public void Stop()
    {
        if (!_disposed)
            _stop.Cancel();
    }

    /// <summary>What a failure of the call means: the caller's cancellation, a time limit, or what it says itself.</summary>
    public Exception Translate(Exception thrown, ErrorStage stage, string? host, string? proxy = null)
    {
        if (_caller.IsCancellationRequested)
            return new OperationCanceledException("The call was cancelled.", thrown, _caller);
        if (_expired is { } limit)
        {
            return new TransferException(
                new TransferError(ErrorCode.TimedOut, stage, ErrorSide.Network, limit) { RetryCanHelp = true }, thrown);
        }
        return new TransferException(ErrorClassifier.Classify(thrown, stage, host, proxy), thrown);
    }

    public void Dispose()
    {
        Sending?.Stop();
        _disposed = true;
        _registration.Dispose();
        _timer?.Dispose();
        Holds?.Dispose();
    }

    private void Check()
    {
        if (_disposed)
            return;
        var next = TimeSpan.MaxValue;
        if (_options.TotalTimeout > TimeSpan.Zero)
        {
            next = _options.TotalTimeout - _time.GetElapsedTime(_started);
            if (next <= TimeSpan.Zero)
            {
                Expire($"The attempt took longer than the total timeout of {Shown(_options.TotalTimeout)}.");
                return;
            }
        }
        if (_options.ReadTimeout > TimeSpan.Zero)
        {
            var silence = Volatile.Read(ref _waiting) == 0 ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _silentSince));
            if (silence >= _options.ReadTimeout)
            {
                Expire($"The server was silent for longer than the read timeout of {Shown(_options.ReadTimeout)}.");
                return;
            }
            next = TimeSpan.FromTicks(Math.Min(next.Ticks, (_options.ReadTimeout - silence).Ticks));
        }
        _timer?.Change(next, Timeout.InfiniteTimeSpan);
    }

    private void Expire(string limit)
    {
        _expired = limit;
        Stop();
    }

    internal static string Shown(TimeSpan time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
