using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ferry.Testing.Proxies;

/// <summary>
/// A SOCKS5 server (RFC 1928, user names as in RFC 1929). <see cref="LoopbackServer.Passed"/> holds <c>name host:port</c> or
/// <c>address host:port</c> for each connection asked, and <c>refused user</c> for each that did not prove itself.
/// </summary>
public sealed class Socks5Server : LoopbackServer
{
    private readonly string? _user;
    private readonly string? _password;

    /// <summary>Starts a server.</summary>
    /// <param name="user">The user name it asks for, or null for nothing.</param>
    /// <param name="password">The password it asks for.</param>
    public Socks5Server(string? user = null, string? password = null)
    {
        _user = user;
        _password = password;
        Start();
    }

    /// <summary>The reply to every request (section 6); 0 connects.</summary>
    public byte Reply { get; init; }

    /// <summary>Whether connections are closed at once.</summary>
    public bool Closes { get; init; }

    /// <inheritdoc/>
    protected override async Task ServeAsync(NetworkStream client)
    {
        var greeting = await ReadAsync(client, 2);
        var methods = await ReadAsync(client, greeting[1]);
        if (Closes || !await AuthenticateAsync(client, methods))
            return;
        var request = await ReadAsync(client, 4);
        var (kind, host) = await ReadHostAsync(client, request[3]);
        var port = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(client, 2));
        Note($"{kind} {host}:{port}");
        if (Reply != 0)
        {
            await client.WriteAsync(new byte[] { 5, Reply, 0, 1, 0, 0, 0, 0, 0, 0 });
            return;
        }
        await using var origin = await ConnectAsync(port);
        await client.WriteAsync(new byte[] { 5, 0, 0, 1, 127, 0, 0, 1, 0, 0 });
        await RelayAsync(client, origin);
    }

    private async Task<bool> AuthenticateAsync(NetworkStream client, byte[] methods)
    {
        const byte none = 0;
        const byte byName = 2;
        const byte nothingSuits = 0xff;
        var method = _user is null ? none : byName;
        if (!methods.Contains(method))
        {
            await client.WriteAsync(new byte[] { 5, nothingSuits });
            return false;
        }
        await client.WriteAsync(new byte[] { 5, method });
        if (method == none)
            return true;
        var user = Encoding.UTF8.GetString(await ReadAsync(client, (await ReadAsync(client, 2))[1]));
        var password = Encoding.UTF8.GetString(await ReadAsync(client, (await ReadAsync(client, 1))[0]));
        var isRight = user == _user && password == _password;
        if (!isRight)
            Note($"refused {user}");
        await client.WriteAsync(new byte[] { 1, (byte)(isRight ? 0 : 1) });
        return isRight;
    }

    private async Task<(string Kind, string Host)> ReadHostAsync(NetworkStream client, byte type) => type switch
    {
        1 => ("address", new IPAddress(await ReadAsync(client, 4)).ToString()),
        4 => ("address", new IPAddress(await ReadAsync(client, 16)).ToString()),
        _ => ("name", Encoding.ASCII.GetString(await ReadAsync(client, (await ReadAsync(client, 1))[0]))),
    };

    private async Task<byte[]> ReadAsync(NetworkStream client, int count)
    {
        var bytes = new byte[count];
        await client.ReadExactlyAsync(bytes, Over);
        return bytes;
    }
}
