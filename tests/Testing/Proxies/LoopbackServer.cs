using System.Net;
using System.Net.Sockets;

namespace Ferry.Testing.Proxies;

/// <summary>Listens on loopback and serves each connection in a task of its own.</summary>
public abstract class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _lock = new();
    private readonly List<string> _passed = [];
    private int _connections;

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>What passed, in order: one line for each request.</summary>
    public IReadOnlyList<string> Passed
    {
        get
        {
            lock (_lock)
                return [.. _passed];
        }
    }

    /// <summary>Ends when the server is disposed.</summary>
    protected CancellationToken Over => _over.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins to listen.</summary>
    protected void Start()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Serves a connection, which is closed afterwards.</summary>
    /// <param name="client">The connection.</param>
    protected abstract Task ServeAsync(NetworkStream client);

    /// <summary>Remembers what passed.</summary>
    /// <param name="line">The line.</param>
    protected void Note(string line)
    {
        lock (_lock)
            _passed.Add(line);
    }

    /// <summary>Connects to the origin: every name is this machine.</summary>
    /// <param name="port">The port.</param>
    protected async Task<NetworkStream> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), Over);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Carries bytes both ways until one side closes.</summary>
    /// <param name="client">One side.</param>
    /// <param name="origin">The other.</param>
    protected async Task RelayAsync(NetworkStream client, NetworkStream origin)
    {
        var up = client.CopyToAsync(origin, Over);
        var down = origin.CopyToAsync(client, Over);
        await Task.WhenAny(up, down);
        origin.Close();
        client.Close();
        await Task.WhenAll(up, down);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = HandleAsync(await _listener.AcceptSocketAsync(Over));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task HandleAsync(Socket socket)
    {
        Interlocked.Increment(ref _connections);
        await using var client = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await ServeAsync(client);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One of the two sides closed, or the server is disposed.
        }
    }
}
