using System.Net.Sockets;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>
/// The connecting of one request: name, TCP and TLS. The platform goes on connecting after the request was cancelled, since another may use
/// the connection; here the socket is closed at once, by the call's token or by the time limit.
/// </summary>
internal sealed class ConnectScope(CallWatch watch, TimeProvider time, TimeSpan limit, HopTiming timing)
{
    public static readonly HttpRequestOptionsKey<ConnectScope> Key = new("Ferry.ConnectScope");

    /// <summary>The scope of the request being sent: the platform asks a proxy for a tunnel with a message of its own, which carries no key.</summary>
    public static readonly AsyncLocal<ConnectScope?> Current = new();

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenRegistration _call;
    private ITimer? _timer;
    private Socket? _socket;
    private bool _begun;
    private bool _ended;
    private bool _left;
    private int _connects;

    /// <summary>Fires when connecting has to stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Told when each step of the connecting ended.</summary>
    public HopTiming Timing => timing;

    /// <summary>How far the request is.</summary>
    public ErrorStage Stage { get; private set; } = ErrorStage.Answering;

    /// <summary>Set once connecting took too long.</summary>
    public TransferError? Expired { get; private set; }

    /// <summary>A connection is being made for this request. The server's silence does not count meanwhile.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_begun)
                return;
            _begun = true;
            Stage = ErrorStage.Resolving;
            if (!_left)
                watch.EndWait();
            if (limit > TimeSpan.Zero)
                _timer = time.CreateTimer(static s => ((ConnectScope)s!).Expire(), this, limit, Timeout.InfiniteTimeSpan);
        }
        _call = watch.Token.UnsafeRegister(static s => ((ConnectScope)s!).Close(), this);
    }

    /// <summary>Counts the connections made for this request, this one included.</summary>
    public int CountConnect() => Interlocked.Increment(ref _connects);

    /// <summary>The next step begins.</summary>
    public void Reach(ErrorStage stage)
    {
        if (stage is ErrorStage.Connecting)
            timing.Resolved();
        Stage = stage;
    }

    /// <summary>From now on, stopping closes this socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="next">What is done on it next.</param>
    public void Attach(Socket socket, ErrorStage next = ErrorStage.Securing)
    {
        lock (_lock)
            _socket = socket;
        timing.Connected();
        Stage = next;
        if (_stop.IsCancellationRequested)
            socket.Dispose();
    }

    /// <summary>The connection is made, or could not be made.</summary>
    public void End()
    {
        timing.Ready();
        lock (_lock)
        {
            Stage = ErrorStage.Answering;
            if (_ended)
                return;
            _ended = true;
            _socket = null;
            _timer?.Dispose();
            if (!_left)
                watch.BeginWait();
        }
        _call.Unregister();
    }

    /// <summary>The request has its answer, from whichever connection: the server's silence is no longer this scope's affair.</summary>
    public void Leave()
    {
        lock (_lock)
            _left = true;
    }

    private void Expire()
    {
        lock (_lock)
        {
            if (_ended)
                return;
            Expired = new TransferError(
                ErrorCode.TimedOut, Stage, ErrorSide.Network, $"No connection was made within the connect timeout of {CallWatch.Shown(limit)}.")
            {
                RetryCanHelp = true,
            };
        }
        Close();
    }

    private void Close()
    {
        Socket? socket;
        lock (_lock)
            socket = _ended ? null : _socket;
        _stop.Cancel();
        socket?.Dispose();
    }
}
