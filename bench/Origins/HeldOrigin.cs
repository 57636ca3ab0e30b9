using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Ferry.Bench.Origins;

/// <summary>
/// A bare listener on loopback that takes one connection at a time, reads what the client says first, answers so much and no more, and notes
/// when it sees the end of the connection.
/// </summary>
internal sealed class HeldOrigin : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];
    private readonly byte[] _answer;

    /// <param name="answer">What is answered; nothing for an origin that is silent.</param>
    public HeldOrigin(byte[] answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
    }

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public string Authority => $"127.0.0.1:{Port}";

    /// <summary>Fills the queue of the listener, so that further connections hang.</summary>
    public void Fill()
    {
        for (var i = 0; i < 8; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _fillers.Add(filler);
            _ = filler.ConnectAsync(_listener.LocalEndPoint!).ContinueWith(t => t.Exception, TaskScheduler.Default);
        }
    }

    /// <summary>Whether a socket beside those that fill the queue is connecting to here.</summary>
    public bool HasCaller => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Count(c => c.RemoteEndPoint.Port == Port && c.State is (TcpState.SynSent or TcpState.Established)) > _fillers.Count;

    /// <summary>Takes the next connection and answers.</summary>
    /// <returns>The time stamp of its end, once it has ended.</returns>
    public async Task<Task<long>> TakeAsync()
    {
        var socket = await _listener.AcceptAsync();
        socket.NoDelay = true;
        var buffer = new byte[16 * 1024];
        _ = await socket.ReceiveAsync(buffer);
        if (_answer.Length > 0)
            await socket.SendAsync(_answer);
        return EndOfAsync(socket, buffer);
    }

    public void Dispose()
    {
        _fillers.ForEach(f => f.Dispose());
        _listener.Dispose();
    }

    private static async Task<long> EndOfAsync(Socket socket, byte[] buffer)
    {
        using (socket)
        {
            try
            {
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // A reset is an end too.
            }
            return Stopwatch.GetTimestamp();
        }
    }
}
