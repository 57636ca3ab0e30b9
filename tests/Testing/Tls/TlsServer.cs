using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Ferry.Testing.Tls;

/// <summary>How a <see cref="TlsServer"/> serves.</summary>
/// <param name="Certificate">What it shows.</param>
public sealed record TlsServerSettings(X509Certificate2 Certificate)
{
    /// <summary>The protocols it speaks.</summary>
    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1AndHttp2;

    /// <summary>The versions of TLS; none for the system's.</summary>
    public SslProtocols Versions { get; init; } = SslProtocols.None;

    /// <summary>Whether it asks for a client certificate; whatever is shown is believed.</summary>
    public ClientCertificateMode ClientCertificates { get; init; } = ClientCertificateMode.NoCertificate;

    /// <summary>The certificates between its own and its authority, which it shows too.</summary>
    public X509Certificate2Collection Chain { get; init; } = [];
}

/// <summary>A request that a <see cref="TlsServer"/> answered.</summary>
/// <param name="Protocol">The protocol, such as HTTP/2.</param>
/// <param name="Host">The authority that was asked.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Connection">Which connection it came on.</param>
/// <param name="ClientCertificate">The name in the client's certificate, or null.</param>
public sealed record TlsRequest(string Protocol, string Host, string Path, string Connection, string? ClientCertificate);

/// <summary>
/// Kestrel on loopback with TLS. <c>/hello</c> answers hello, <c>/redirect?to=</c> redirects, <c>/reset?code=</c> resets the HTTP/2 stream
/// before an answer, <c>/reset-body?code=</c> after a part of one, <c>/held</c> waits in the middle of an answer for <see cref="Held"/>.
/// </summary>
public sealed class TlsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<TlsRequest> _requests = [];
    private readonly List<string> _connections = [];

    private TlsServer(TlsServerSettings settings)
    {
        ListenOptions? listening = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listening = listen;
            listen.Protocols = settings.Protocols;
            listen.Use(next => connection =>
            {
                lock (_lock)
                    _connections.Add(connection.ConnectionId);
                return next(connection);
            });
            listen.UseHttps(https =>
            {
                https.ServerCertificate = settings.Certificate;
                https.ServerCertificateChain = settings.Chain;
                https.SslProtocols = settings.Versions;
                https.ClientCertificateMode = settings.ClientCertificates;
                https.AllowAnyClientCertificate();
            });
        }));
        _app = builder.Build();
        _app.Run(AnswerAsync);
        Listening = () => listening!.IPEndPoint!.Port;
    }

    /// <summary>The port.</summary>
    public int Port => Listening();

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<TlsRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>The answers of <c>/held</c>.</summary>
    public HeldStreams Held { get; } = new();

    /// <summary>How many connections were accepted so far, whatever became of them.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
                return _connections.Count;
        }
    }

    private Func<int> Listening { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">How it serves.</param>
    public static async Task<TlsServer> StartAsync(TlsServerSettings settings)
    {
        var server = new TlsServer(settings);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The URL of a path.</summary>
    /// <param name="path">The path, with its slash.</param>
    /// <param name="host">The host it is asked as.</param>
    public string Url(string path, string host = "localhost") => $"https://{host}:{Port}{path}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Note(context);
        switch (context.Request.Path.Value)
        {
            case "/redirect":
                context.Response.StatusCode = StatusCodes.Status302Found;
                context.Response.Headers.Location = context.Request.Query["to"];
                return;
            case "/reset":
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(int.Parse(context.Request.Query["code"]!));
                return;
            case "/reset-body":
                context.Response.ContentLength = 1000;
                await context.Response.Body.WriteAsync(new byte[10]);
                await context.Response.Body.FlushAsync();
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(int.Parse(context.Request.Query["code"]!));
                return;
            case "/held":
                await HoldAsync(context);
                return;
            default:
                await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes("hello"));
                return;
        }
    }

    private async Task HoldAsync(HttpContext context)
    {
        var half = new byte[10];
        context.Response.ContentLength = 2 * half.Length;
        await context.Response.Body.WriteAsync(half);
        await context.Response.Body.FlushAsync();
        await Held.Of(context.Request.Path + context.Request.QueryString.Value).HoldAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(half);
    }

    private void Note(HttpContext context)
    {
        var request = context.Request;
        var noted = new TlsRequest(
            request.Protocol, request.Host.Value ?? "", request.Path + request.QueryString.Value, context.Connection.Id,
            context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        lock (_lock)
            _requests.Add(noted);
    }
}
