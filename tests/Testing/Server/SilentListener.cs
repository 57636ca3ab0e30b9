using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ferry.Testing.Server;

/// <summary>A listener on loopback whose connections are in the hand of the test; nothing is answered by itself.</summary>
public sealed class SilentListener : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    /// <summary>Starts to listen.</summary>
    public SilentListener()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Whether a connection waits to be accepted.</summary>
    public bool HasCaller => _listener.Poll(0, SelectMode.SelectRead);

    /// <summary>The URL of its root.</summary>
    /// <param name="scheme">http or https.</param>
    public string Url(string scheme = "http") => $"{scheme}://127.0.0.1:{Port}/";

    /// <summary>Fills the queue, so that further connections hang.</summary>
    /// <returns>How many sockets that took; all of them are connected or connecting until the end.</returns>
    public int Fill()
    {
        for (var i = 0; i < 8; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _fillers.Add(filler);
            _ = filler.ConnectAsync(_listener.LocalEndPoint!).ContinueWith(t => t.Exception, TaskScheduler.Default);
        }
        return _fillers.Count;
    }

    /// <summary>Accepts a connection and reads its first bytes.</summary>
    /// <returns>The connection, the caller's to dispose, and what it said.</returns>
    public async Task<(Socket Socket, string Said)> AcceptAsync()
    {
        var socket = await _listener.AcceptAsync().WaitAsync(Patience);
        var buffer = new byte[16 * 1024];
        var count = await socket.ReceiveAsync(buffer).WaitAsync(Patience);
        return (socket, Encoding.Latin1.GetString(buffer, 0, count));
    }

    /// <summary>Reads a connection to its end; a reset is an end too.</summary>
    /// <param name="socket">The connection.</param>
    /// <returns>How many bytes came before the end.</returns>
    public static async Task<long> EndOfAsync(Socket socket)
    {
        var (buffer, total) = (new byte[64 * 1024], 0L);
        try
        {
            for (int count; (count = await socket.ReceiveAsync(buffer).WaitAsync(Patience)) > 0;)
                total += count;
        }
        catch (SocketException)
        {
            // A reset.
        }
        return total;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fillers.ForEach(f => f.Dispose());
        _listener.Dispose();
    }
}
