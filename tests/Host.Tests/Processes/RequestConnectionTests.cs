using System.Security.Cryptography.X509Certificates;
using Ferry.Testing.Dns;
using Ferry.Testing.Processes;
using Ferry.Testing.Proxies;
using Ferry.Testing.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Ferry.Host.Tests.Processes;

/// <summary><c>ferry request</c> through proxies, TLS and DNS servers of its command line.</summary>
public sealed class RequestConnectionTests : ProcessTest
{
    [Fact]
    public async Task Proxy_Http_IsGoneThrough()
    {
        using var proxy = new HttpProxyServer("me", "it");

        var end = await RunAsync("request", Server.Url("/echo"), "-x", $"http://me:it@127.0.0.1:{proxy.Port}");

        end.ExitCode.Should().Be(0, $"{end}");
        proxy.Passed[^1].Should().Be($"GET {Server.Url("/echo")} HTTP/1.1");
        end.Output.Should().StartWith("GET /echo\n").And.NotContain("proxy-authorization");
    }

    [Fact]
    public async Task Proxy_Excluded_IsPassedBy()
    {
        using var proxy = new HttpProxyServer();

        var end = await RunAsync("request", Server.Url("/echo"), "-x", $"127.0.0.1:{proxy.Port}", "--proxy-exclude", "127.0.0.1");

        end.ExitCode.Should().Be(0, $"{end}");
        proxy.Connections.Should().Be(0);
    }

    [Fact]
    public async Task Proxy_Socks5_IsGoneThrough()
    {
        using var proxy = new Socks5Server();

        var end = await RunAsync("request", Server.Url("/echo"), "-x", $"socks5://127.0.0.1:{proxy.Port}");

        end.ExitCode.Should().Be(0, $"{end}");
        proxy.Passed.Should().ContainSingle();
    }

    [Fact]
    public async Task CaCert_IsBelieved_AndNothingElse()
    {
        await using var tls = await Tls.StartAsync(Place);

        (await RunAsync("request", tls.Url, "--cacert", tls.Anchors)).Should().Match<FerryEnd>(e => e.ExitCode == 0 && e.Output == "hello\n");
        await FailsAsync(2300060, tls.Url);
        await FailsAsync(2300077, tls.Url, "--cacert", "missing.pem");
    }

    [Fact]
    public async Task PinnedKey_Right_Passes_Wrong_Is2300090()
    {
        await using var tls = await Tls.StartAsync(Place);
        var wrong = Convert.ToBase64String(new byte[32]);

        var end = await RunAsync("request", tls.Url, "--cacert", tls.Anchors, "--pinnedpubkey", $"sha256//{wrong};sha256//{tls.Pin}");

        end.Output.Should().Be("hello\n");
        await FailsAsync(2300090, tls.Url, "--cacert", tls.Anchors, "--pinnedpubkey", $"sha256//{wrong}");
    }

    [Fact]
    public async Task ClientCertificate_Pem_IsShown()
    {
        await using var tls = await Tls.StartAsync(Place, ClientCertificateMode.RequireCertificate);
        using var mine = tls.Authority.Issue(new CertificateOrder { Name = "alice" });
        var (cert, key) = (Path.Combine(Place, "cert.pem"), Path.Combine(Place, "key.pem"));
        await File.WriteAllTextAsync(cert, mine.ExportCertificatePem());
        await File.WriteAllTextAsync(key, mine.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

        var end = await RunAsync("request", tls.Url, "--cacert", tls.Anchors, "--cert", cert, "--key", key);

        end.Output.Should().Be("hello\n", $"{end}");
        tls.Server.Requests.Should().ContainSingle().Which.ClientCertificate.Should().Be("alice");
        await FailsAsync(2300058, tls.Url, "--cacert", tls.Anchors, "--cert", "missing.pem");
    }

    [Theory]
    [InlineData("--http2", "2.0")]
    [InlineData("--http1.1", "1.1")]
    public async Task Version_IsUsedAndTold(string option, string version)
    {
        await using var tls = await Tls.StartAsync(Place);

        var end = await RunAsync("request", tls.Url, "--cacert", tls.Anchors, option, "--json");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.GetProperty("httpVersion").GetString().Should().Be(version);
    }

    [Fact]
    public async Task DnsServers_AreAsked()
    {
        await using var dns = DnsTestServer.Start();
        dns.Zone.Add("server.test", "127.0.0.1");
        var url = new UriBuilder(Server.Url("/echo")) { Host = "server.test" }.Uri.AbsoluteUri;

        var end = await RunAsync("request", url, "--dns-servers", dns.Address);

        end.ExitCode.Should().Be(0, $"{end}");
        dns.Asked.Should().NotBeEmpty();
        end.Output.Should().Contain("host: server.test:");
    }

    private async Task FailsAsync(int code, params string[] arguments)
    {
        var end = await RunAsync(["request", .. arguments, "--json"]);
        end.ExitCode.Should().Be(1, $"{end}");
        end.Last.GetProperty("error").GetProperty("code").GetInt32().Should().Be(code, $"{end}");
    }

    /// <summary>A server with a certificate of an authority of its own, whose root is in a file.</summary>
    private sealed class Tls(TestAuthority authority, X509Certificate2 certificate, TlsServer server, string anchors) : IAsyncDisposable
    {
        public TestAuthority Authority => authority;

        public TlsServer Server => server;

        public string Url => server.Url("/hello");

        public string Anchors => anchors;

        public string Pin => TestAuthority.PinOf(certificate);

        public static async Task<Tls> StartAsync(string place, ClientCertificateMode mode = ClientCertificateMode.NoCertificate)
        {
            var authority = new TestAuthority();
            var certificate = authority.Issue();
            var anchors = Path.Combine(place, "anchors.pem");
            await File.WriteAllTextAsync(anchors, authority.RootPem);
            return new Tls(authority, certificate, await TlsServer.StartAsync(new TlsServerSettings(certificate) { ClientCertificates = mode }), anchors);
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            certificate.Dispose();
            authority.Dispose();
        }
    }
}
