using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;
using Ferry.Testing.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ferry.Engine.Tests.Http.Profiles;

public sealed class HttpTransportVersionTests : ConnectionTest
{
    [Theory]
    [InlineData(null, HttpProtocols.Http1AndHttp2, "2.0")]
    [InlineData(null, HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocol.Http11, HttpProtocols.Http1AndHttp2, "1.1")]
    [InlineData(HttpProtocol.Http2, HttpProtocols.Http1AndHttp2, "2.0")]
    [InlineData(HttpProtocol.Http2, HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocol.Http3, HttpProtocols.Http1AndHttp2, "2.0")]
    [InlineData(HttpProtocol.Http3, HttpProtocols.Http1, "1.1")]
    public async Task Https_AskedVersion_OrWhatTheServerHasBelowIt(HttpProtocol? asked, HttpProtocols served, string version)
    {
        await using var server = await TlsServer.StartAsync(new TlsServerSettings(Authority.Issue()) { Protocols = served });
        (await GetAsync(server.Url("/hello"), o => Trusting(o) with { UsingProtocol = asked })).Should().Be(("hello", version));
        server.Requests[0].Protocol.Should().Be(version == "2.0" ? "HTTP/2" : "HTTP/1.1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(HttpProtocol.Http11)]
    [InlineData(HttpProtocol.Http2)]
    public async Task Http_IsVersion11_PriorKnowledgeIsNotAssumed(HttpProtocol? asked)
    {
        await using var server = await MisbehavingServer.StartAsync();
        (await GetAsync(server.Url("/good?size=10"), o => o with { UsingProtocol = asked })).Version.Should().Be("1.1");
    }

    [Theory]
    [InlineData(null, "https://h/", "2.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData(HttpProtocol.Http11, "https://h/", "1.1", HttpVersionPolicy.RequestVersionExact)]
    [InlineData(HttpProtocol.Http11, "http://h/", "1.1", HttpVersionPolicy.RequestVersionExact)]
    [InlineData(HttpProtocol.Http2, "https://h/", "2.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData(HttpProtocol.Http2, "http://h/", "1.1", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData(HttpProtocol.Http3, "https://h/", "3.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData(HttpProtocol.Http3, "http://h/", "1.1", HttpVersionPolicy.RequestVersionOrLower)]
    public void For_VersionAndStrictness(HttpProtocol? asked, string url, string version, HttpVersionPolicy strictness) =>
        ProtocolVersions.For(new RequestOptions { UsingProtocol = asked }, new Uri(url), EnginePolicy.Open).Should().Be((Version.Parse(version), strictness));

    [Fact]
    public void For_Http3WherePlatformResolutionWouldPassThePolicyBy_Http2()
    {
        var options = new RequestOptions { UsingProtocol = HttpProtocol.Http3 };
        var url = new Uri("https://h/");
        ProtocolVersions.For(options, url, new EnginePolicy { DeniedNetworks = ["10.0.0.0/8"] }).Version.Major.Should().Be(2);
        ProtocolVersions.For(options with { DnsServers = ["192.0.2.1"] }, url, EnginePolicy.Open).Version.Major.Should().Be(2);
        ProtocolVersions.For(options with { DnsOverHttps = "https://dns.test/q" }, url, EnginePolicy.Open).Version.Major.Should().Be(2);
    }

    [Theory]
    [InlineData(1, ErrorCode.Http2Framing)]
    [InlineData(3, ErrorCode.Http2Framing)]
    [InlineData(9, ErrorCode.Http2Framing)]
    [InlineData(2, ErrorCode.ReceiveFailed)]
    [InlineData(8, ErrorCode.ReceiveFailed)]
    [InlineData(12, ErrorCode.Cipher)]
    public async Task Http2_StreamResetBeforeTheAnswer_ByItsCode(int number, ErrorCode code)
    {
        await using var server = await TlsServer.StartAsync(new TlsServerSettings(Authority.Issue()));
        var error = await FailAsync(server.Url($"/reset?code={number}"), Trusting);
        error.Code.Should().Be(code);
        error.RetryCanHelp.Should().Be(code != ErrorCode.Cipher);
        error.Message.Should().Contain("localhost");
    }

    [Fact]
    public async Task Http2_FramesThatAreNone_Http2Framing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var failing = FailAsync($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/", Trusting);
        using var accepted = await listener.AcceptTcpClientAsync().WaitAsync(Calls.Soon);
        await using var tls = new SslStream(accepted.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = Authority.Issue(),
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        });
        // An empty SETTINGS frame, as it must be, then DATA on stream 0, as it must not (RFC 9113 section 6.1).
        await tls.WriteAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 });
        var error = await failing.WaitAsync(Calls.Soon);
        (error.Code, error.RetryCanHelp).Should().Be((ErrorCode.Http2Framing, true));
    }

    [Theory]
    [InlineData(1, ErrorCode.Http2Framing)]
    [InlineData(2, ErrorCode.ReceiveFailed)]
    public async Task Http2_StreamResetInTheBody_ByItsCode(int number, ErrorCode code)
    {
        await using var server = await TlsServer.StartAsync(new TlsServerSettings(Authority.Issue()));
        await using var answer = await SendAsync(server.Url($"/reset-body?code={number}"), Trusting);
        var error = (await answer.Invoking(Calls.ReadAllAsync).Should().ThrowAsync<TransferException>()).Which.Error;
        (error.Code, error.Stage, error.RetryCanHelp).Should().Be((code, ErrorStage.Receiving, true));
    }
}
