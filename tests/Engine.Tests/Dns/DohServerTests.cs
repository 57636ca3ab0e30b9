using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;
using Ferry.Engine.Tests.Http;
using Ferry.Testing.Dns;
using FluentAssertions.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ferry.Engine.Tests.Dns;

/// <summary>DNS over HTTPS against a real server with TLS.</summary>
public sealed class DohServerTests : ResolverFixture
{
    [Fact]
    public async Task Good_IsAskedWithPostOverHttp2()
    {
        await using var server = await ServerAsync();
        using var client = server.Client();
        (await ResolveAsync(Resolver([], server.Url, () => client))).Should().Equal(Six, Four);
        server.Asked.Should().HaveCount(2).And.AllSatisfy(a =>
        {
            a.Protocol.Should().Be("HTTP/2");
            a.Method.Should().Be("POST");
            a.Target.Should().Be("/dns-query");
            a.ContentType.Should().Be("application/dns-message");
            a.Accept.Should().Be("application/dns-message");
            a.Asked.Id.Should().Be(0);
        });
    }

    [Fact]
    public async Task OnlyHttp1Offered_IsAskedOverThat()
    {
        await using var server = await ServerAsync(protocols: HttpProtocols.Http1);
        using var client = server.Client();
        (await ResolveAsync(Resolver([], server.Url, () => client))).Should().Equal(Six, Four);
        server.Asked.Should().AllSatisfy(a => a.Protocol.Should().Be("HTTP/1.1"));
    }

    [Fact]
    public async Task LargeAnswer_IsReadWhole()
    {
        await using var server = await ServerAsync();
        for (var i = 0; i < 250; i++)
            server.Zone.Add("big.example", $"192.0.2.{i}");
        using var client = server.Client();
        (await ResolveAsync(Resolver([], server.Url, () => client), "big.example")).Should().HaveCount(250);
    }

    [Fact]
    public async Task AnswerOutOfACache_IsKeptForTheRestOfItsTtl()
    {
        await using var server = await ServerAsync();
        server.Age = 280;
        using var client = server.Client();
        var resolver = Resolver([], server.Url, () => client);
        await ResolveAsync(resolver);
        Time.Advance(19.Seconds());
        await ResolveAsync(resolver);
        server.Asked.Should().HaveCount(2);
        Time.Advance(1.Seconds());
        await ResolveAsync(resolver);
        server.Asked.Should().HaveCount(4);
    }

    [Theory]
    [InlineData(DnsBehaviour.HttpError, "answered with the HTTP status 503")]
    [InlineData(DnsBehaviour.WebPage, "answered with something else than application/dns-message")]
    [InlineData(DnsBehaviour.TooLong, "sent a message that is too long")]
    [InlineData(DnsBehaviour.WrongId, "answered another question")]
    [InlineData(DnsBehaviour.WrongQuestion, "answered another question")]
    [InlineData(DnsBehaviour.Garbage, "sent a malformed message: ")]
    [InlineData(DnsBehaviour.CompressionLoop, "sent a malformed message: a name points forward or in a circle")]
    [InlineData(DnsBehaviour.TruncatesAlways, "cut its answer off")]
    [InlineData(DnsBehaviour.ServerFailure, "answered SERVFAIL")]
    public async Task NoUsableAnswer_TheSystemIsAsked_AndTheErrorSaysWhy(DnsBehaviour behaviour, string said)
    {
        await using var server = await ServerAsync(behaviour);
        using var client = server.Client();
        var error = await FailAsync(Resolver([], server.Url + "?token=secret", () => client));
        error.Message.Should().StartWith($"The name of {Host} could not be resolved: the DNS over HTTPS server {server.Url} {said}");
        error.Message.Should().EndWith(", and the system could not resolve it.").And.NotContain("secret");

        System = new FakeSystem("198.51.100.1");
        (await ResolveAsync(Resolver([], server.Url, () => client))).Should().Equal(FakeSystem.Address);
    }

    [Fact]
    public async Task Silent_TheSystemIsAskedAfterFiveSeconds()
    {
        System = new FakeSystem("198.51.100.1");
        await using var server = await ServerAsync(DnsBehaviour.Silent);
        using var client = server.Client();
        var resolved = ResolveAsync(Resolver([], server.Url, () => client));
        await server.NextAsync();
        await server.NextAsync();
        Time.Advance(5.Seconds());
        (await resolved).Should().Equal(FakeSystem.Address);
    }

    [Fact]
    public async Task ByDefault_ACertificateTheSystemDoesNotTrust_IsNotAccepted()
    {
        System = new FakeSystem("127.0.0.1");
        await using var server = await ServerAsync();
        using var closes = Default(server.Url, out var resolver);
        (await ResolveAsync(resolver)).Should().Equal([IPAddress.Loopback], "the system was asked in the end");
        System.Asked.Should().Contain("localhost", "the server's own name is the system's to resolve");
        server.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task ByDefault_TheServersOwnNameIsNotResolved_TheErrorSaysSo()
    {
        using var closes = Default("https://doh.example/dns-query", out var resolver);
        (await FailAsync(resolver)).Message.Should().Contain("the DNS over HTTPS server https://doh.example/dns-query cannot be asked (The system says no)");
        System.Asked.Should().Contain("doh.example");
    }

    [Fact]
    public async Task ByDefault_CancelledWhileTlsIsNegotiated_ClosesTheSocketAtOnce()
    {
        System = new FakeSystem("127.0.0.1");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using var closes = Default($"https://localhost:{port}/", out var resolver);
        using var cancel = new CancellationTokenSource();
        var resolved = ResolveAsync(resolver, Host, cancel.Token);
        using var accepted = await silent.AcceptSocketAsync().WaitAsync(Calls.Soon);
        (await accepted.ReceiveAsync(new byte[16]).WaitAsync(Calls.Soon)).Should().BePositive("the client has said hello");
        OpenSockets.To(port, "tcp").Should().Be(1);

        await cancel.CancelAsync();

        await resolved.Invoking(r => r).Should().ThrowAsync<OperationCanceledException>();
        OpenSockets.To(port, "tcp").Should().Be(0, "left alone, the platform would go on for five seconds");
    }

    [Fact]
    public async Task ByDefault_TimedOutWhileTlsIsNegotiated_ClosesTheSocketBeforeTheNextIsAsked()
    {
        System = new FakeSystem("127.0.0.1");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using var closes = Default($"https://localhost:{port}/", out var resolver);
        var resolved = ResolveAsync(resolver);
        using var accepted = await silent.AcceptSocketAsync().WaitAsync(Calls.Soon);
        (await accepted.ReceiveAsync(new byte[16]).WaitAsync(Calls.Soon)).Should().BePositive("the client has said hello");
        Time.Advance(5.Seconds());
        (await resolved).Should().Equal(IPAddress.Loopback);
        OpenSockets.To(port, "tcp").Should().Be(0, "left alone, the platform would go on for five seconds");
    }

    [Fact]
    public async Task OneLookupIsCancelledWhileItConnects_AnotherThatWaitsForTheConnectionGoesOn()
    {
        System = new FakeSystem("127.0.0.1");
        await using var server = await ServerAsync();
        using var front = new TcpListener(IPAddress.Loopback, 0);
        front.Start();
        using var handler = DohConnecting.Handler(System, 60.Seconds(), trust: null);
        handler.SslOptions.RemoteCertificateValidationCallback = server.IsShown;
        using var client = new HttpMessageInvoker(handler);
        var resolver = Resolver([], $"https://localhost:{((IPEndPoint)front.LocalEndpoint).Port}/dns-query", () => client);

        using var cancel = new CancellationTokenSource();
        var first = ResolveAsync(resolver, "b.example", cancel.Token);
        using var silent = await front.AcceptSocketAsync().WaitAsync(Calls.Soon);
        var second = ResolveAsync(resolver);
        await cancel.CancelAsync();
        await first.Invoking(r => r).Should().ThrowAsync<OperationCanceledException>();

        using var accepted = await front.AcceptTcpClientAsync().WaitAsync(Calls.Soon);
        using var behind = new TcpClient();
        await behind.ConnectAsync(IPAddress.Loopback, server.Port);
        var relayed = Task.WhenAll(RelayAsync(accepted.GetStream(), behind.GetStream()), RelayAsync(behind.GetStream(), accepted.GetStream()));
        (await second).Should().Equal(Six, Four);
        accepted.Dispose();
        behind.Dispose();
        await relayed.WaitAsync(Calls.Soon);
    }

    [Theory]
    [InlineData("http://dns.example/dns-query")]
    [InlineData("dns.example")]
    [InlineData("https://")]
    [InlineData("https://user:password@dns.example/")]
    public void Url_NotHttps_IsAParameterError(string url)
    {
        var error = FluentActions.Invoking(() => NameResolvers.For([], url, Time)).Should().Throw<TransferException>().Which.Error;
        error.Code.Should().Be(ErrorCode.ParameterError);
        error.Message.Should().Contain("dnsOverHttps").And.NotContain("password");
    }

    private static async Task RelayAsync(Stream from, Stream to)
    {
        try
        {
            await from.CopyToAsync(to);
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException)
        {
            // The test closed it.
        }
    }

    private IDisposable Default(string url, out INameResolver resolver)
    {
        resolver = Resolver([], url);
        return resolver.Should().BeAssignableTo<IDisposable>().Subject;
    }

    private static async Task<DohTestServer> ServerAsync(DnsBehaviour behaviour = DnsBehaviour.Good, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var server = await DohTestServer.StartAsync(behaviour, protocols);
        server.Zone.Add(Host, $"{Four}").Add(Host, $"{Six}");
        return server;
    }
}
