namespace Ferry.Engine.Http;

/// <summary>
/// The phases of one request of a call, each told where it happens: the connecting by <see cref="ConnectScope"/>, the first byte each way by
/// <see cref="TimedStream"/>. Safe for use from several threads. All times are milliseconds since the call began.
/// </summary>
/// <param name="now">The time since the call began.</param>
/// <param name="resolves">Whether connecting begins with a name to resolve.</param>
/// <param name="secures">Whether connecting ends with TLS.</param>
internal sealed class HopTiming(Func<double> now, bool resolves, bool secures)
{
    private static readonly AsyncLocal<HopTiming?> Flowing = new();

    private readonly Lock _lock = new();
    private readonly double _began = now();
    private double? _resolved;
    private double? _connected;
    private double? _ready;
    private double? _sent;
    private double? _received;
    private TimedStream? _sentOn;

    /// <summary>The request that is being sent in this flow of control, or null.</summary>
    public static HopTiming? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    /// <summary>The name is resolved.</summary>
    public void Resolved() => Stamp(ref _resolved);

    /// <summary>The TCP connection is made.</summary>
    public void Connected() => Stamp(ref _connected);

    /// <summary>The connection can be used.</summary>
    public void Ready() => Stamp(ref _ready);

    /// <summary>Bytes of the request are sent. Where the platform turns to another connection, what counts is the last one.</summary>
    public void Sent(TimedStream stream)
    {
        lock (_lock)
        {
            if (_sentOn == stream)
                return;
            (_sentOn, _sent, _received) = (stream, now(), null);
        }
    }

    /// <summary>Whether the first byte of the answer is still to come.</summary>
    public bool AwaitsAnswer => Volatile.Read(ref _sentOn) is null || _received is null;

    /// <summary>Bytes of the answer were received.</summary>
    public void Received()
    {
        lock (_lock)
            _received ??= now();
    }

    /// <summary>The phases, given when the answer's header came. A connection that was not made for this request cost it nothing.</summary>
    /// <param name="header">When the header came.</param>
    public PerformanceTiming Read(double header)
    {
        lock (_lock)
        {
            // HTTP/2 streams share a connection, whose bytes tell nothing of one request: it is sent once there is a connection to send it on.
            var connected = _ready is not null && (_sentOn is null || _sentOn.MadeFor == this);
            var (dns, tcp, ready) = connected ? (resolves ? _resolved ?? 0 : 0, _connected ?? 0, _ready!.Value) : (0, 0, 0);
            var sent = Math.Max(_sent ?? _began, ready);
            return PerformanceTiming.None with
            {
                DnsTiming = dns,
                TcpTiming = tcp,
                TlsTiming = secures ? ready : 0,
                FirstSendTiming = sent,
                FirstReceiveTiming = Math.Max(_received ?? header, sent),
                ResponseHeaderTiming = header,
            };
        }
    }

    private void Stamp(ref double? time)
    {
        lock (_lock)
            time = now();
    }
}
