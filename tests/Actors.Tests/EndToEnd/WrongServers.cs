using System.IO.Compression;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Ferry.Testing.Proxies;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>Gives every request the same answer: 200 with a field and a body.</summary>
internal sealed class OneAnswer : LoopbackServer
{
    private readonly byte[] _answer;

    public OneAnswer(string field, byte[] body)
    {
        _answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];
        Start();
    }

    public string Url => $"http://127.0.0.1:{Port}/";

    /// <summary>Zeros in gzip: a thousandth of what they become.</summary>
    public static OneAnswer Bomb(int length)
    {
        using var coded = new MemoryStream();
        using (var gzip = new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var left = length; left > 0; left -= zeros.Length)
                gzip.Write(zeros);
        }
        return new OneAnswer("Content-Encoding: gzip", coded.ToArray());
    }

    protected override async Task ServeAsync(NetworkStream client)
    {
        var buffer = new byte[16 * 1024];
        var count = await client.ReadAsync(buffer, Over);
        if (count == 0)
            return;
        Note(Encoding.Latin1.GetString(buffer, 0, count));
        await client.WriteAsync(_answer, Over);
    }
}

/// <summary>Resets each connection once the first bytes came.</summary>
internal sealed class Resetting : LoopbackServer
{
    public Resetting() => Start();

    public string Url => $"http://127.0.0.1:{Port}/";

    protected override async Task ServeAsync(NetworkStream client)
    {
        if (await client.ReadAsync(new byte[1024], Over) > 0)
            client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }
}

/// <summary>TLS that tells how many bytes came through each connection before it answered.</summary>
internal sealed class TlsCounter : LoopbackServer
{
    private readonly X509Certificate2 _certificate;
    private readonly Channel<int> _counts = Channel.CreateUnbounded<int>();

    public TlsCounter(X509Certificate2 certificate)
    {
        _certificate = certificate;
        Start();
    }

    public string Url => $"https://localhost:{Port}/";

    /// <summary>The bytes of the next connection.</summary>
    public Task<int> NextAsync() => _counts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    protected override async Task ServeAsync(NetworkStream client)
    {
        var count = 0;
        try
        {
            await using var tls = new SslStream(client);
            await tls.AuthenticateAsServerAsync(_certificate);
            count = await tls.ReadAsync(new byte[16 * 1024], Over);
            if (count > 0)
                await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), Over);
        }
        catch (AuthenticationException)
        {
            // The client does not want it.
        }
        finally
        {
            _counts.Writer.TryWrite(count);
        }
    }
}
