using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ferry.Engine.Tests.Http;

/// <summary>Answers each request, by its number from 1, with the bytes a script gives; null closes the connection without an answer, <see cref="Reset"/> resets it, and a Connection: close closes it after the answer.</summary>
internal sealed class ScriptedServer : IDisposable
{
    public const string Reset = "reset";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, string, string?> _script;
    private readonly Lock _lock = new();
    private readonly List<string> _requests = [];

    public ScriptedServer(Func<int, string, string?> script)
    {
        _script = script;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The requests so far: request line and fields.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    public string Url(string path) => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{path}";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        var buffer = new byte[64 * 1024];
        var have = "";
        try
        {
            while (true)
            {
                int end;
                while ((end = have.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
                {
                    var count = await socket.ReceiveAsync(buffer);
                    if (count == 0)
                        return;
                    have += Encoding.Latin1.GetString(buffer, 0, count);
                }
                var request = have[..end];
                have = have[(end + 4)..];
                if (_script(Note(request), request) is not { } answer)
                    return;
                if (answer == Reset)
                {
                    socket.LingerState = new LingerOption(true, 0);
                    return;
                }
                await socket.SendAsync(Encoding.Latin1.GetBytes(answer));
                if (answer.Contains("Connection: close", StringComparison.Ordinal))
                    return;
            }
        }
        catch (SocketException)
        {
            // The client closed.
        }
    }

    private int Note(string request)
    {
        lock (_lock)
        {
            _requests.Add(request);
            return _requests.Count;
        }
    }
}
