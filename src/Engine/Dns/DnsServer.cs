using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ferry.Engine.Dns;

/// <summary>A DNS server asked over UDP, and over TCP where its answer does not fit (RFC 1035 section 4.2, RFC 7766).</summary>
internal sealed class DnsServer(IPEndPoint address, NameResolverTools tools, TimeProvider time) : IDnsServer
{
    public string Name { get; } = $"the DNS server {DnsServerAddress.Shown(address)}";

    public TimeSpan Patience => tools.ServerTimeout;

    public async Task<DnsMessage> AskAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        var extended = true;
        var answer = await OverUdpAsync(question, extended, cancellationToken);
        if (answer.ResponseCode == DnsResponseCode.FormatError)
        {
            // Servers from before EDNS say so of every message that uses it (RFC 6891 section 7).
            extended = false;
            answer = await OverUdpAsync(question, extended, cancellationToken);
        }
        return answer.IsTruncated ? await OverTcpAsync(question, extended, cancellationToken) : answer;
    }

    // A socket for each question has a port of its own, chosen by the system; since it is connected, only what comes from the server is received.
    private async Task<DnsMessage> OverUdpAsync(DnsQuestion question, bool extended, CancellationToken cancellationToken)
    {
        var id = tools.NewId();
        var query = DnsMessage.Query(id, question, extended);
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(address, cancellationToken);
        while (true)
        {
            using var patience = new CancellationTokenSource(tools.ResendAfter, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            try
            {
                await socket.SendAsync(query, either.Token);
                return await ReceiveAsync(socket, id, question, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Question or answer may be lost: the same is asked again.
            }
        }
    }

    // What is no answer to the question may be forged and is passed over: the right one may still come (RFC 5452 section 9.1).
    private static async Task<DnsMessage> ReceiveAsync(Socket socket, ushort id, DnsQuestion question, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken);
            if (DnsMessage.TryRead(buffer.AsSpan(0, length), out _) is { } answer && answer.IsFor(id, question))
                return answer;
        }
    }

    private async Task<DnsMessage> OverTcpAsync(DnsQuestion question, bool extended, CancellationToken cancellationToken)
    {
        var id = tools.NewId();
        var query = DnsMessage.Query(id, question, extended);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, cancellationToken);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[2 + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellationToken);

        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return Checked(message, id, question);
    }

    /// <summary>The answer in a message from a connection, which nobody else can have sent.</summary>
    /// <exception cref="InvalidDataException">It is no whole answer to the question.</exception>
    internal static DnsMessage Checked(ReadOnlySpan<byte> message, ushort id, DnsQuestion question)
    {
        var answer = DnsMessage.TryRead(message, out var problem) ?? throw new InvalidDataException($"sent a malformed message: {problem}");
        if (!answer.IsFor(id, question))
            throw new InvalidDataException("answered another question");
        return answer.IsTruncated ? throw new InvalidDataException("cut its answer off") : answer;
    }
}
