using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Ferry.Testing.Dns;

/// <summary>A DNS server on loopback, UDP and TCP on one port, that does wrong what DNS servers do wrong: see <see cref="DnsBehaviour"/>.</summary>
public sealed class DnsTestServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<DnsAsked> _asked = Channel.CreateUnbounded<DnsAsked>();
    private readonly ConcurrentQueue<DnsAsked> _all = new();
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Task _running;

    private DnsTestServer(Socket udp, Socket tcp)
    {
        (_udp, _tcp) = (udp, tcp);
        _running = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    /// <summary>The names it knows.</summary>
    public DnsZone Zone { get; } = new();

    /// <summary>What it does, from the next question on.</summary>
    public DnsBehaviour Behaviour { get; set; }

    /// <summary>Every question so far.</summary>
    public IReadOnlyList<DnsAsked> Asked => [.. _all];

    /// <summary>The port, UDP and TCP.</summary>
    public int Port => ((IPEndPoint)_udp.LocalEndPoint!).Port;

    /// <summary>As the option dnsServers takes it: <c>address:port</c>.</summary>
    public string Address => $"{_udp.LocalEndPoint}";

    /// <summary>Starts a server.</summary>
    /// <param name="behaviour">What it does.</param>
    /// <param name="address">A loopback address; 127.0.0.1 by default.</param>
    public static DnsTestServer Start(DnsBehaviour behaviour = DnsBehaviour.Good, IPAddress? address = null)
    {
        var at = address ?? IPAddress.Loopback;
        for (var attempt = 0; ; attempt++)
        {
            var udp = new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            var tcp = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                udp.Bind(new IPEndPoint(at, 0));
                tcp.Bind(udp.LocalEndPoint!);
                tcp.Listen();
                return new DnsTestServer(udp, tcp) { Behaviour = behaviour };
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < 50)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    /// <summary>Waits for the next question that was not waited for yet.</summary>
    public Task<DnsAsked> NextAsync() => _asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _running;
        _stop.Dispose();
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[2048];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var got = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, _udp.LocalEndPoint!, _stop.Token);
                await AnswerAsync(buffer.AsMemory(0, got.ReceivedBytes), (IPEndPoint)got.RemoteEndPoint);
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped, or a client was gone before its answer.
            }
        }
    }

    private async Task AnswerAsync(ReadOnlyMemory<byte> message, IPEndPoint from)
    {
        var asked = DnsAsked.Read(message.Span, "udp", from);
        var answer = DnsAnswers.To(asked, Zone, Behaviour, Note(asked));
        if (Behaviour == DnsBehaviour.ForgedFirst)
        {
            using var other = new Socket(_udp.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await other.SendToAsync(DnsAnswers.Good(asked, new DnsZone().Add(asked.Name, DnsAnswers.Forged).Add(asked.Name, "2001:db8::66")), from);
            foreach (var forgery in DnsAnswers.Forgeries(asked))
                await _udp.SendToAsync(forgery, from);
        }
        if (answer is not null && Behaviour == DnsBehaviour.FromAnotherPort)
        {
            using var other = new Socket(_udp.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await other.SendToAsync(answer, from);
        }
        else if (answer is not null)
        {
            await _udp.SendToAsync(answer, from);
        }
        _asked.Writer.TryWrite(asked);
    }

    private async Task ServeTcpAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(AnswerAsync(await _tcp.AcceptAsync(_stop.Token)));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(Socket connection)
    {
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        try
        {
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, _stop.Token);
            var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(message, _stop.Token);
            var asked = DnsAsked.Read(message, "tcp", (IPEndPoint)connection.RemoteEndPoint!);
            var answer = DnsAnswers.To(asked, Zone, Behaviour, Note(asked));
            _asked.Writer.TryWrite(asked);
            if (answer is null)
            {
                _ = await stream.ReadAtLeastAsync(length, 1, throwOnEndOfStream: false, _stop.Token); // until the client gives up
                return;
            }
            var announced = answer.Length + (Behaviour == DnsBehaviour.CutsTcp ? 5 : 0);
            await stream.WriteAsync(new[] { (byte)(announced >> 8), (byte)announced }, _stop.Token);
            await stream.WriteAsync(answer, _stop.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client gave up.
        }
    }

    // Whether this question comes for the first time.
    private bool Note(DnsAsked asked)
    {
        var isFirst = !_all.Any(a => a.Name == asked.Name && a.Type == asked.Type);
        _all.Enqueue(asked);
        return isFirst;
    }
}
