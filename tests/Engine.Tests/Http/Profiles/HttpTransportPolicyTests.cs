using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Proxies;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Http.Profiles;

public sealed class HttpTransportPolicyTests : ConnectionTest, IAsyncLifetime
{
    private MisbehavingServer _server = null!;

    public async Task InitializeAsync() => _server = await MisbehavingServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task DeniedAddress_Literal_NotPermittedAndNothingIsConnected()
    {
        Policy(new EnginePolicy { DeniedNetworks = ["127.0.0.0/8"] });
        var error = await FailAsync(_server.Url("/good"));
        (error.Code, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.NotPermitted, ErrorSide.Caller, false));
        error.Message.Should().Contain("127.0.0.1");
        _server.Requests.Count.Should().Be(0);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("127.0.0.1,127.8.8.8")]
    public async Task DeniedAddress_OfAName_NotPermitted(string addresses)
    {
        Policy(new EnginePolicy { DeniedNetworks = ["10.0.0.0/8", "127.0.0.0/8"] });
        Names.Set("inner.test", addresses.Split(','));
        var error = await FailAsync(Named("inner.test", "/good"));
        (error.Code, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.NotPermitted, ErrorSide.Caller, false));
        error.Message.Should().Contain("inner.test");
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task DeniedAndAllowedAddress_OnlyTheAllowedIsConnectedTo()
    {
        // Both listen on one port: the one at the denied address would answer first, were it asked.
        using var denied = new TcpListener(IPAddress.Parse("127.0.0.2"), new Uri(_server.Url("/good")).Port);
        denied.Start();
        Policy(new EnginePolicy { DeniedNetworks = ["127.0.0.2/32"] });
        Names.Set("mixed.test", "127.0.0.2", "127.0.0.1");
        (await GetAsync(Named("mixed.test", "/good?size=10"))).Body.Should().HaveLength(10);
        denied.Pending().Should().BeFalse();
    }

    [Fact]
    public async Task DeniedAddress_AtARedirect_NotPermittedAndNotTold()
    {
        Policy(new EnginePolicy { DeniedNetworks = ["127.0.0.9/32"] });
        Names.Set("inner.test", "127.0.0.9");
        (await FailAsync($"{_server.Url("/redirect")}?to={Uri.EscapeDataString(Named("inner.test", "/good"))}")).Code.Should().Be(ErrorCode.NotPermitted);

        var literal = await RedirectedAsync("http://127.0.0.9:1/");
        (literal.Code, literal.Side, literal.HttpStatus).Should().Be((ErrorCode.NotPermitted, ErrorSide.Remote, 302));
    }

    [Fact]
    public async Task AllowedHosts_OtherHost_DomainNotAllowedBeforeAnythingIsSent()
    {
        Policy(new EnginePolicy { AllowedHosts = ["*.example.test"] });
        var error = await FailAsync(Named("evil.test", "/good"));
        (error.Code, error.Side).Should().Be((ErrorCode.DomainNotAllowed, ErrorSide.Caller));
        Names.Asked.Should().BeEmpty();
        (await GetAsync(Named("a.example.test", "/good?size=10"))).Body.Should().HaveLength(10);
    }

    [Fact]
    public async Task AllowedHosts_RedirectToAnother_DomainNotAllowedAndNotFollowed()
    {
        Policy(new EnginePolicy { AllowedHosts = ["127.0.0.1"] });
        var error = await RedirectedAsync(Named("evil.test", "/good"));
        (error.Code, error.Side, error.HttpStatus, error.RetryCanHelp).Should().Be((ErrorCode.DomainNotAllowed, ErrorSide.Remote, 302, false));
        error.Message.Should().Contain("evil.test");
        Names.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task Cleartext_NotAllowed_Refused()
    {
        Policy(new EnginePolicy { AllowCleartext = false });
        (await FailAsync(_server.Url("/good"))).Code.Should().Be(ErrorCode.CleartextNotAllowed);
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public void Check_RedirectToCleartext_RefusedAsTheServersDoing()
    {
        var error = new PolicyGuard(new EnginePolicy { AllowCleartext = false }).Check(new Uri("http://a.test/"), isRedirect: true)!;
        (error.Code, error.Side, error.Stage).Should().Be((ErrorCode.CleartextNotAllowed, ErrorSide.Remote, ErrorStage.Answering));
    }

    [Fact]
    public async Task Proxied_LiteralTargetIsChecked_ANameIsTheProxysAffair()
    {
        var proxy = Own(new HttpProxyServer());
        Policy(new EnginePolicy { DeniedNetworks = ["127.0.0.9/32"] });
        var through = new ProxyServer("127.0.0.1", proxy.Port);
        (await FailAsync("http://127.0.0.9:1/", o => o with { UsingProxy = through })).Code.Should().Be(ErrorCode.NotPermitted);
        proxy.Connections.Should().Be(0);
        Names.Set("inner.test", "127.0.0.9");
        await GetAsync(Named("inner.test", "/good?size=10"), o => o with { UsingProxy = through });
        Names.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task Proxy_OfARequestInADeniedNetwork_NotPermitted_TheSystemsIsTrusted()
    {
        var proxy = Own(new HttpProxyServer());
        Policy(new EnginePolicy { DeniedNetworks = ["127.0.0.1/32"] });
        Settings = Settings with { ReadEnvironment = n => n == "http_proxy" ? $"127.0.0.1:{proxy.Port}" : null };
        (await FailAsync(Named("a.test", "/good"), o => o with { UsingProxy = new ProxyServer("127.0.0.1", proxy.Port) })).Code
            .Should().Be(ErrorCode.NotPermitted);
        proxy.Connections.Should().Be(0);
        await GetAsync(Named("a.test", "/good?size=10"), o => o with { UsingProxy = new SystemProxy() });
        proxy.Connections.Should().Be(1);
    }

    private async Task<TransferError> RedirectedAsync(string to)
    {
        var told = new List<Redirect>();
        var send = () => SendAsync($"{_server.Url("/redirect")}?to={Uri.EscapeDataString(to)}", null, told.Add);
        var error = (await send.Should().ThrowAsync<TransferException>()).Which.Error;
        told.Should().BeEmpty("a redirect is told when it is followed");
        return error;
    }

    private void Policy(EnginePolicy policy) => Settings = Settings with { Policy = policy };

    private string Named(string host, string route) => _server.Url(route).Replace("127.0.0.1", host, StringComparison.Ordinal);
}
