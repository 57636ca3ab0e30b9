using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Testing.Peers;
using Ferry.Testing.Proxies;
using Ferry.Testing.Server;
using Ferry.Testing.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Ferry.Engine.Tests.Http.Profiles;

public sealed class HttpTransportTlsTests : ConnectionTest, IAsyncLifetime
{
    private readonly List<TlsServer> _servers = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task CaPath_ReplacesTheSystemsAnchors()
    {
        var server = await ServeAsync(Authority.Issue());
        (await GetAsync(server.Url("/hello"), Trusting)).Should().Be(("hello", "2.0"));
        (await FailAsync(server.Url("/hello"))).Code.Should().Be(ErrorCode.PeerCertificate);
        using var other = new TestAuthority();
        var error = await FailAsync(server.Url("/hello"), o => o with { CaPath = Write("other.pem", other.RootPem) });
        (error.Code, error.Stage, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.PeerCertificate, ErrorStage.Securing, ErrorSide.Remote, false));
        error.Message.Should().Be("The certificate of localhost is not accepted: no authority that is trusted here vouches for it.");
    }

    [Fact]
    public async Task CaPath_SeveralCertificatesAndText_AnyOfThemCounts()
    {
        var server = await ServeAsync(Authority.Issue());
        using var other = new TestAuthority();
        var bundle = Write("bundle.pem", $"# other\n{other.RootPem}\n# ours\n{Authority.RootPem}\n");
        (await GetAsync(server.Url("/hello"), o => o with { CaPath = bundle })).Body.Should().Be("hello");
    }

    [Fact]
    public async Task CaPath_Intermediate_CompletesTheChainOfAServerThatDoesNotShowIt()
    {
        var server = await ServeAsync(Authority.Issue(new CertificateOrder { ByIntermediate = true }));
        (await FailAsync(server.Url("/hello"), Trusting)).Code.Should().Be(ErrorCode.PeerCertificate);
        var bundle = Write("bundle.pem", Authority.RootPem + "\n" + Authority.IntermediatePem);
        (await GetAsync(server.Url("/hello"), o => o with { CaPath = bundle })).Body.Should().Be("hello");
    }

    [Fact]
    public async Task Intermediate_OnlyNamedByItsUrl_IsNotFetched()
    {
        using var shop = new TcpListener(IPAddress.Loopback, 0);
        shop.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)shop.LocalEndpoint).Port}/intermediate.cer";
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var failing = FailAsync($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/", Trusting);
        using var accepted = await listener.AcceptTcpClientAsync().WaitAsync(Calls.Soon);
        await using var tls = new SslStream(accepted.GetStream());
        using var certificate = Authority.Issue(new CertificateOrder { ByIntermediate = true, IssuerUrl = url });
        var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context });
        (await failing.WaitAsync(Calls.Soon)).Message.Should().Contain("no authority that is trusted here");
        shop.Pending().Should().BeFalse("nobody asked for a connection there, and no policy saw it");
    }

    [Theory]
    [InlineData("missing.pem", null)]
    [InlineData("empty.pem", "")]
    [InlineData("text.pem", "this is no certificate")]
    [InlineData("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public async Task CaPath_UnreadableOrWithoutACertificate_CaFile(string name, string? text)
    {
        var server = await ServeAsync(Authority.Issue());
        var path = text is null ? Path.Combine(Folder.FullName, name) : Write(name, text);
        var error = await FailAsync(server.Url("/hello"), o => o with { CaPath = path });
        (error.Code, error.Side).Should().Be((ErrorCode.CaFile, ErrorSide.Local));
        error.Message.Should().Contain(path);
        server.Connections.Should().Be(0);
    }

    [Fact]
    public async Task CaPath_Directory_CaFile() =>
        (await FailAsync("https://localhost:1/", o => o with { CaPath = Folder.FullName })).Code.Should().Be(ErrorCode.CaFile);

    [Fact]
    public async Task CaPath_FileRenewed_TheNewAnchorsCount()
    {
        var server = await ServeAsync(Authority.Issue());
        using var other = new TestAuthority();
        var path = Write("anchors.pem", other.RootPem);
        (await FailAsync(server.Url("/hello"), o => o with { CaPath = path })).Code.Should().Be(ErrorCode.PeerCertificate);
        Write("anchors.pem", Authority.RootPem + "\n");
        (await GetAsync(server.Url("/hello"), o => o with { CaPath = path })).Body.Should().Be("hello");
    }

    [Fact]
    public async Task Expired_PeerCertificateSaysSince()
    {
        var server = await ServeAsync(Authority.Issue(new CertificateOrder { ValidSinceDays = 20, ExpiresInDays = -2 }));
        var error = await FailAsync(server.Url("/hello"), Trusting);
        error.Code.Should().Be(ErrorCode.PeerCertificate);
        error.Message.Should().MatchRegex(@"^The certificate of localhost is not accepted: it expired on \d{4}-\d\d-\d\d\.$");
    }

    [Fact]
    public async Task NotYetValid_PeerCertificateSaysBefore()
    {
        var server = await ServeAsync(Authority.Issue(new CertificateOrder { ValidSinceDays = -2 }));
        (await FailAsync(server.Url("/hello"), Trusting)).Message.Should().MatchRegex(@"it is not valid before \d{4}-\d\d-\d\d\.$");
    }

    [Fact]
    public async Task WrongHost_PeerCertificateSaysSo()
    {
        var server = await ServeAsync(Authority.Issue(new CertificateOrder { Name = "other.test" }));
        var error = await FailAsync(server.Url("/hello"), Trusting);
        error.Code.Should().Be(ErrorCode.PeerCertificate);
        error.Message.Should().Be("The certificate of localhost is not accepted: it belongs to another host.");
    }

    [Fact]
    public async Task SeveralThingsWrong_AllAreSaid()
    {
        var server = await ServeAsync(Authority.Issue(new CertificateOrder { Name = "other.test", ValidSinceDays = 20, ExpiresInDays = -2 }));
        (await FailAsync(server.Url("/hello"))).Message.Should().Contain("expired").And.Contain("no authority").And.Contain("another host");
    }

    [Fact]
    public async Task NoCommonVersion_Cipher()
    {
#pragma warning disable CA5397, SYSLIB0039 // An old version, so that there is none in common.
        var server = await ServeAsync(Authority.Issue(), s => s with { Versions = SslProtocols.Tls11 });
#pragma warning restore CA5397, SYSLIB0039
        var error = await FailAsync(server.Url("/hello"), Trusting);
        (error.Code, error.Stage, error.RetryCanHelp).Should().Be((ErrorCode.Cipher, ErrorStage.Securing, false));
    }

    [Theory]
    [InlineData(HttpProtocol.Http11, false)]
    [InlineData(HttpProtocol.Http2, false)]
    [InlineData(HttpProtocol.Http2, true)]
    [InlineData(HttpProtocol.Http11, true)]
    public async Task Pin_OneOfSeveralMatches_Accepted_NoneMatches_PinMismatch(HttpProtocol protocol, bool proxied)
    {
        var certificate = Authority.Issue();
        var server = await ServeAsync(certificate);
        RequestOptions Pinned(RequestOptions o, params string[] pins) => Trusting(o) with
        {
            UsingProtocol = protocol,
            UsingProxy = proxied ? new ProxyServer("127.0.0.1", Own(new HttpProxyServer()).Port) : new NoProxy(),
            CertificatePinning = [.. pins.Select(p => new CertificatePin(p))],
        };
        var right = TestAuthority.PinOf(certificate);
        var wrong = TestAuthority.PinOf(Authority.Root);
        (await GetAsync(server.Url("/hello"), o => Pinned(o, wrong, right))).Body.Should().Be("hello");
        var error = await FailAsync(server.Url("/hello"), o => Pinned(o, wrong));
        (error.Code, error.Stage, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.PinMismatch, ErrorStage.Securing, ErrorSide.Remote, false));
        error.Message.Should().Contain("localhost").And.Contain(right);
        server.Requests.Should().ContainSingle("nothing was sent to the server that does not match");
    }

    [Fact]
    public async Task Pin_Matches_TheChainMustBeGoodAllTheSame()
    {
        var certificate = Authority.Issue(new CertificateOrder { Name = "other.test" });
        var server = await ServeAsync(certificate);
        var error = await FailAsync(
            server.Url("/hello"), o => Trusting(o) with { CertificatePinning = [new CertificatePin(TestAuthority.PinOf(certificate))] });
        error.Code.Should().Be(ErrorCode.PeerCertificate);
    }

    [Fact]
    public async Task Pin_OnAnotherRequestsConnection_IsNotSkipped()
    {
        var server = await ServeAsync(Authority.Issue());
        await GetAsync(server.Url("/hello"), Trusting);
        var error = await FailAsync(
            server.Url("/hello"), o => Trusting(o) with { CertificatePinning = [new CertificatePin(TestAuthority.PinOf(Authority.Root))] });
        error.Code.Should().Be(ErrorCode.PinMismatch);
        server.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("pem-with-key")]
    [InlineData("pem-encrypted")]
    [InlineData("der")]
    [InlineData("der-encrypted")]
    [InlineData("der-older")]
    [InlineData("der-pem-key")]
    [InlineData("p12")]
    public async Task ClientCert_EachForm_IsShown(string form)
    {
        foreach (var rsa in new[] { false, true })
        {
            using var certificate = Authority.Issue(new CertificateOrder { Name = "ann.test", Rsa = rsa });
            var server = await ServeAsync(Authority.Issue(), s => s with { ClientCertificates = ClientCertificateMode.RequireCertificate });
            var shown = Client(form, certificate);
            (await GetAsync(server.Url("/hello"), o => Trusting(o) with { ClientCert = shown })).Body.Should().Be("hello");
            server.Requests.Should().ContainSingle().Which.ClientCertificate.Should().Be("ann.test");
        }
    }

    [Fact]
    public async Task ClientCert_ThroughAProxy_IsShown()
    {
        using var certificate = Authority.Issue(new CertificateOrder { Name = "ann.test" });
        var server = await ServeAsync(Authority.Issue(), s => s with { ClientCertificates = ClientCertificateMode.RequireCertificate });
        var proxy = Own(new HttpProxyServer());
        var through = new ProxyServer("127.0.0.1", proxy.Port);
        await GetAsync(server.Url("/hello"), o => Trusting(o) with { ClientCert = Client("p12", certificate), UsingProxy = through });
        server.Requests.Should().ContainSingle().Which.ClientCertificate.Should().Be("ann.test");
    }

    [PeerFact("openssl")]
    public async Task ClientCert_NoneWhereOpensslInsists_LocalCertificateTheServerIsNamed()
    {
        using var certificate = Authority.Issue();
        await using var server = await PeerProcess.StartAsync("openssl", (folder, port) =>
        {
            var key = Path.Combine(folder, "server.pem");
            File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem());
            return ["s_server", "-accept", $"127.0.0.1:{port}", "-cert", key, "-key", key, "-Verify", "1", "-www", "-quiet"];
        });
        var error = await FailAsync($"https://localhost:{server.Port}/", Trusting);
        (error.Code, error.RetryCanHelp).Should().Be((ErrorCode.LocalCertificate, false), error.Message);
        error.Message.Should().Contain($"localhost:{server.Port}");
    }

    [Fact]
    public async Task ClientCert_OfOneRequest_IsNotShownForAnother()
    {
        using var certificate = Authority.Issue(new CertificateOrder { Name = "ann.test" });
        var server = await ServeAsync(Authority.Issue(), s => s with { ClientCertificates = ClientCertificateMode.AllowCertificate });
        await GetAsync(server.Url("/hello"), o => Trusting(o) with { ClientCert = Client("pem", certificate) });
        await GetAsync(server.Url("/hello"), Trusting);
        server.Requests.Select(r => r.ClientCertificate).Should().Equal("ann.test", null);
    }

    [Theory]
    [InlineData("pem-encrypted", "hush, wrong")]
    [InlineData("pem-encrypted", null)]
    [InlineData("der-encrypted", "hush, wrong")]
    [InlineData("p12", "hush, wrong")]
    public async Task ClientCert_WrongPassword_LocalCertificate(string form, string? password)
    {
        using var certificate = Authority.Issue();
        await UnusableAsync(Client(form, certificate) with { KeyPassword = password });
    }

    [Fact]
    public async Task ClientCert_MissingEmptyOrWithoutItsKey_LocalCertificate()
    {
        using var certificate = Authority.Issue();
        using var other = Authority.Issue();
        var pem = Write("c.pem", certificate.ExportCertificatePem());
        var otherKey = Write("other.key", other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await UnusableAsync(new ClientCertificate(Path.Combine(Folder.FullName, "missing.pem")));
        await UnusableAsync(new ClientCertificate(Write("empty.pem", "")));
        await UnusableAsync(new ClientCertificate(Write("text.pem", "nothing")));
        await UnusableAsync(new ClientCertificate(pem));
        await UnusableAsync(new ClientCertificate(pem) { KeyPath = Path.Combine(Folder.FullName, "missing.key") });
        await UnusableAsync(new ClientCertificate(pem) { KeyPath = otherKey });
        await UnusableAsync(new ClientCertificate(pem) { CertType = CertificateType.P12 });
        await UnusableAsync(new ClientCertificate(Write("c.der", certificate.RawData)) { CertType = CertificateType.Der, KeyPath = otherKey });
        await UnusableAsync(new ClientCertificate(Write("no.der", "no der"u8.ToArray())) { CertType = CertificateType.Der, KeyPath = otherKey });
    }

    [Fact]
    public async Task NotTls_CannotConnect()
    {
        await using var server = await MisbehavingServer.StartAsync();
        var error = await FailAsync(server.Url("/good").Replace("http:", "https:", StringComparison.Ordinal), Trusting);
        (error.Code, error.Stage).Should().Be((ErrorCode.CannotConnect, ErrorStage.Securing));
    }

    private async Task UnusableAsync(ClientCertificate certificate)
    {
        var error = await FailAsync("https://localhost:1/", o => o with { ClientCert = certificate });
        (error.Code, error.Stage, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.LocalCertificate, ErrorStage.Securing, ErrorSide.Local, false));
        error.Message.Should().Contain(certificate.CertPath);
    }

    private async Task<TlsServer> ServeAsync(X509Certificate2 certificate, Func<TlsServerSettings, TlsServerSettings>? change = null)
    {
        var settings = new TlsServerSettings(certificate);
        var server = await TlsServer.StartAsync(change?.Invoke(settings) ?? settings);
        _servers.Add(server);
        return server;
    }

    private ClientCertificate Client(string form, X509Certificate2 certificate)
    {
        const string password = "hush";
        AsymmetricAlgorithm key = certificate.GetRSAPrivateKey() is { } rsa ? rsa : certificate.GetECDsaPrivateKey()!;
        var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var pem = certificate.ExportCertificatePem();
        var plain = key.ExportPkcs8PrivateKeyPem();
        var der = new ClientCertificate(Write("c.der", certificate.RawData)) { CertType = CertificateType.Der };
        return form switch
        {
            "pem" => new ClientCertificate(Write("c.pem", pem)) { KeyPath = Write("c.key", plain) },
            "pem-with-key" => new ClientCertificate(Write("c.pem", plain + "\n" + pem)),
            "pem-encrypted" => new ClientCertificate(Write("c.pem", pem))
            {
                KeyPath = Write("c.key", key.ExportEncryptedPkcs8PrivateKeyPem(password, encryption)),
                KeyPassword = password,
            },
            "der" => der with { KeyPath = Write("c.key", key.ExportPkcs8PrivateKey()) },
            "der-encrypted" => der with { KeyPath = Write("c.key", key.ExportEncryptedPkcs8PrivateKey(password, encryption)), KeyPassword = password },
            "der-older" => der with { KeyPath = Write("c.key", key is RSA r ? r.ExportRSAPrivateKey() : ((ECDsa)key).ExportECPrivateKey()) },
            "der-pem-key" => der with { KeyPath = Write("c.key", plain) },
            "p12" => new ClientCertificate(Write("c.p12", certificate.Export(X509ContentType.Pkcs12, password)))
            {
                CertType = CertificateType.P12,
                KeyPassword = password,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
    }
}
