using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Ferry.Testing.Dns;

/// <summary>A question over HTTPS.</summary>
/// <param name="Asked">The question.</param>
/// <param name="Protocol">Such as <c>HTTP/2</c>.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="ContentType">The content-type.</param>
/// <param name="Accept">The accepted types.</param>
public sealed record DohAsked(DnsAsked Asked, string Protocol, string Method, string Target, string? ContentType, string Accept);

/// <summary>
/// A DNS over HTTPS server on loopback (Kestrel, TLS with a certificate made in memory), which does wrong what <see cref="DnsBehaviour"/> says.
/// </summary>
public sealed class DohTestServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<DohAsked> _all = new();
    private readonly Channel<DohAsked> _asked = Channel.CreateUnbounded<DohAsked>();
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _app;
    private ListenOptions? _listen;

    private DohTestServer(DnsBehaviour behaviour, HttpProtocols protocols)
    {
        Behaviour = behaviour;
        _certificate = MakeCertificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(_certificate);
            _listen = listen;
        }));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The names it knows.</summary>
    public DnsZone Zone { get; } = new();

    /// <summary>What it does, from the next question on.</summary>
    public DnsBehaviour Behaviour { get; set; }

    /// <summary>The Age field of its answers, in seconds, or null for none.</summary>
    public int? Age { get; set; }

    /// <summary>Every question so far.</summary>
    public IReadOnlyList<DohAsked> Asked => [.. _all];

    /// <summary>The port.</summary>
    public int Port => _listen!.IPEndPoint!.Port;

    /// <summary>As the option dnsOverHttps takes it.</summary>
    public string Url => $"https://localhost:{Port}/dns-query";

    /// <summary>Starts a server.</summary>
    /// <param name="behaviour">What it does.</param>
    /// <param name="protocols">What it speaks.</param>
    public static async Task<DohTestServer> StartAsync(DnsBehaviour behaviour = DnsBehaviour.Good, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var server = new DohTestServer(behaviour, protocols);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A client that trusts this server and no other.</summary>
    public HttpMessageInvoker Client() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsShown },
    });

    /// <summary>Trusts this server and no other.</summary>
    public bool IsShown(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString() == _certificate.GetCertHashString();

    /// <summary>Waits for the next question that was not waited for yet.</summary>
    public Task<DohAsked> NextAsync() => _asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var asked = DnsAsked.Read(body.ToArray(), "https", from: null);
        var isFirst = !_all.Any(a => a.Asked.Name == asked.Name && a.Asked.Type == asked.Type);
        var request = http.Request;
        var noted = new DohAsked(
            asked, request.Protocol, request.Method, request.Path + request.QueryString, request.ContentType, request.Headers.Accept.ToString());
        _all.Enqueue(noted);
        _asked.Writer.TryWrite(noted);
        var answer = Behaviour == DnsBehaviour.TooLong ? new byte[65536] : DnsAnswers.To(asked, Zone, Behaviour, isFirst);
        if (answer is null)
        {
            var gone = new TaskCompletionSource();
            await using var aborted = http.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return;
        }
        http.Response.StatusCode = Behaviour == DnsBehaviour.HttpError ? 503 : 200;
        http.Response.ContentType = Behaviour == DnsBehaviour.WebPage ? "text/html" : "application/dns-message";
        if (Age is { } age)
            http.Response.Headers.Age = $"{age}";
        await http.Response.Body.WriteAsync(answer);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
