using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>One HTTP/1.1 request over a socket of its own, sent in pieces, so that a test decides what came and when it breaks.</summary>
internal sealed class RawRequest : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Connects and sends the header.</summary>
    public static async Task<RawRequest> StartAsync(Receiver receiver, string method, string url, params (string Name, string Value)[] fields)
    {
        var request = new RawRequest();
        await request._socket.ConnectAsync(IPAddress.Loopback, receiver.Port);
        var head = new StringBuilder($"{method} {url} HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\n");
        foreach (var (name, value) in fields)
            head.Append($"{name}: {value}\r\n");
        await request.SendAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        return request;
    }

    /// <summary>A PATCH whose body is to have so many bytes.</summary>
    public static Task<RawRequest> PatchAsync(Receiver receiver, string url, long offset, long length, params (string Name, string Value)[] fields) =>
        StartAsync(receiver, "PATCH", url, [("Content-Type", TusClient.Type), ("Upload-Offset", TusClient.Text(offset)), ("Content-Length", TusClient.Text(length)), .. fields]);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
    }

    /// <summary>Sends a chunk of a chunked body; an empty one ends it, with these trailers.</summary>
    public async Task SendChunkAsync(ReadOnlyMemory<byte> bytes, string trailers = "")
    {
        await SendAsync(Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"));
        await SendAsync(bytes);
        await SendAsync(Encoding.ASCII.GetBytes(bytes.IsEmpty ? $"{trailers}\r\n" : "\r\n"));
    }

    /// <summary>The head of the answer, or an empty text where the connection ended without one.</summary>
    public async Task<string> AnswerAsync()
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        while (!received.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await _socket.ReceiveAsync(buffer, SocketFlags.None).WaitAsync(Waiting.Patience);
            if (count == 0)
                break;
            received.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        return received.ToString();
    }

    /// <summary>Breaks the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
