using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Ferry.Engine.Dns;

/// <summary>
/// The connecting of one question to a DNS over HTTPS server. The platform goes on connecting after the request was cancelled; here the socket is
/// closed at once.
/// </summary>
internal sealed class DohConnecting(CancellationToken token) : IDisposable
{
    public static readonly HttpRequestOptionsKey<DohConnecting> Key = new("Ferry.DohConnecting");

    private readonly Lock _lock = new();
    private CancellationTokenRegistration _cancel;
    private Socket? _socket;

    /// <summary>
    /// The handler used where the caller gives none: no proxy, no redirects, the system's trust anchors unless others are given. The server's own name is resolved
    /// by <paramref name="system"/>, since asking itself would never end.
    /// </summary>
    public static SocketsHttpHandler Handler(INameResolver system, TimeSpan patience, X509ChainPolicy? trust) => new()
    {
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        MaxResponseDrainSize = 0,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var connecting = Of(context.InitialRequestMessage);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connecting?.Token ?? default);
            return await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, system, connecting, either.Token);
        },
        PlaintextStreamFilter = (context, _) =>
        {
            Of(context.InitialRequestMessage)?.Release();
            return ValueTask.FromResult(context.PlaintextStream);
        },
    };

    /// <summary>Fires when connecting has to stop.</summary>
    public CancellationToken Token => token;

    /// <inheritdoc/>
    public void Dispose()
    {
        // What was registered may not have had its turn yet.
        if (token.IsCancellationRequested)
            Close();
        Release();
    }

    private static DohConnecting? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var connecting) ? connecting : null;

    private static async Task<Stream> ConnectAsync(
        string host, int port, INameResolver system, DohConnecting? connecting, CancellationToken cancellationToken)
    {
        var addresses = await system.ResolveAsync(host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellationToken);
            connecting?.Hold(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Hold(Socket socket)
    {
        lock (_lock)
            _socket = socket;
        _cancel = token.UnsafeRegister(static s => ((DohConnecting)s!).Close(), this);
    }

    private void Release()
    {
        lock (_lock)
            _socket = null;
        _cancel.Unregister();
    }

    private void Close()
    {
        Socket? socket;
        lock (_lock)
            socket = _socket;
        socket?.Dispose();
    }
}
