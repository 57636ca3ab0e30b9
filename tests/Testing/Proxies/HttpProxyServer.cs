using System.Net.Sockets;
using System.Text;

namespace Ferry.Testing.Proxies;

/// <summary>
/// An HTTP proxy: CONNECT, and requests in absolute form. <see cref="LoopbackServer.Passed"/> holds a request line for each that was let through,
/// and with <c>407</c> before it each that was not.
/// </summary>
public sealed class HttpProxyServer : LoopbackServer
{
    private readonly string? _credentials;

    /// <summary>Starts a proxy.</summary>
    /// <param name="user">The user name it asks for, or null for nothing.</param>
    /// <param name="password">The password it asks for.</param>
    public HttpProxyServer(string? user = null, string? password = null)
    {
        _credentials = user is null ? null : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        Start();
    }

    /// <summary>What every request is answered instead of being passed on; empty closes the connection. Null passes it on.</summary>
    public string? Answer { get; init; }

    /// <inheritdoc/>
    protected override async Task ServeAsync(NetworkStream client)
    {
        while (await ReadHeadAsync(client) is { } head)
        {
            var line = head[..head.IndexOf('\r', StringComparison.Ordinal)];
            if (Answer is { } instead)
            {
                Note(line);
                await client.WriteAsync(Encoding.Latin1.GetBytes(instead));
                return;
            }
            if (_credentials is not null && !head.Contains($"\r\nProxy-Authorization: {_credentials}\r\n", StringComparison.OrdinalIgnoreCase))
            {
                Note("407 " + line);
                await client.WriteAsync("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                continue;
            }
            Note(line);
            await PassAsync(client, head, line.Split(' '));
            return;
        }
    }

    private async Task PassAsync(NetworkStream client, string head, string[] line)
    {
        if (line[0] == "CONNECT")
        {
            await using var tunnel = await ConnectAsync(int.Parse(line[1][(line[1].LastIndexOf(':') + 1)..]));
            await client.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray());
            await RelayAsync(client, tunnel);
            return;
        }
        // One request for each connection: what follows on it goes to the same origin, which is all that these tests need.
        var target = new Uri(line[1]);
        await using var origin = await ConnectAsync(target.Port);
        var rest = head[head.IndexOf("\r\n", StringComparison.Ordinal)..];
        var fields = rest.Split("\r\n").Where(f => !f.StartsWith("Proxy-Authorization:", StringComparison.OrdinalIgnoreCase));
        await origin.WriteAsync(Encoding.Latin1.GetBytes($"{line[0]} {target.PathAndQuery} {line[2]}{string.Join("\r\n", fields)}"));
        await RelayAsync(client, origin);
    }

    // The header to its empty line; byte by byte, so that nothing behind it is taken. Null at the end of the connection.
    private async Task<string?> ReadHeadAsync(NetworkStream client)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client.ReadAsync(one, Over) == 0)
                return null;
            head.Append((char)one[0]);
        }
        return head.ToString();
    }
}
