using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Proxies;
using Ferry.Testing.Server;
using Ferry.Testing.Time;
using Ferry.Testing.Tls;

namespace Ferry.Engine.Tests.Http.Profiles;

public sealed class HttpTransportProxyTests : ConnectionTest, IAsyncLifetime
{
    private const string BadGateway = "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n";
    private MisbehavingServer _plain = null!;
    private TlsServer _secure = null!;

    public async Task InitializeAsync()
    {
        _plain = await MisbehavingServer.StartAsync();
        _secure = await TlsServer.StartAsync(new TlsServerSettings(Authority.Issue(new CertificateOrder { Name = "origin.test" })));
    }

    public async Task DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _secure.DisposeAsync();
    }

    [Fact]
    public async Task HttpProxy_HttpUrl_AbsoluteForm_AndTheProxyResolvesTheName()
    {
        var proxy = Own(new HttpProxyServer());
        (await GetAsync(PlainUrl, o => o with { UsingProxy = Through(proxy) })).Body.Should().HaveLength(10);
        proxy.Passed.Should().Equal($"GET {PlainUrl} HTTP/1.1");
        Names.Asked.Should().BeEmpty("the proxy is an address, and the origin's name is its affair");
    }

    [Theory]
    [InlineData(null, "2.0")]
    [InlineData(HttpProtocol.Http11, "1.1")]
    public async Task HttpProxy_HttpsUrl_TunnelledEndToEnd(HttpProtocol? protocol, string version)
    {
        var proxy = Own(new HttpProxyServer());
        (await GetAsync(SecureUrl, o => Trusting(o) with { UsingProxy = Through(proxy), UsingProtocol = protocol })).Should().Be(("hello", version));
        proxy.Passed.Should().Equal($"CONNECT origin.test:{_secure.Port} HTTP/1.1");
        Names.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task HttpProxy_ByName_ResolvedHere()
    {
        var proxy = Own(new HttpProxyServer());
        await GetAsync(PlainUrl, o => o with { UsingProxy = new ProxyServer("proxy.test", proxy.Port) });
        Names.Asked.Should().Equal("proxy.test");
    }

    [Fact]
    public async Task HttpProxy_ExcludedHost_AskedDirectly()
    {
        var proxy = Own(new HttpProxyServer());
        await GetAsync(PlainUrl, o => o with { UsingProxy = Through(proxy) with { Exclusions = ["*.test"] } });
        await GetAsync(SecureUrl, o => Trusting(o) with { UsingProxy = Through(proxy) with { Exclusions = ["*.test"] } });
        proxy.Connections.Should().Be(0);
        Names.Asked.Should().Equal("origin.test", "origin.test");
    }

    [Fact]
    public async Task HttpProxy_Credentials_GivenWhenAsked_ByBothForms()
    {
        var proxy = Own(new HttpProxyServer("ann", "hush:ü"));
        var through = Through(proxy) with { UserName = "ann", Password = "hush:ü" };
        await GetAsync(PlainUrl, o => o with { UsingProxy = through });
        await GetAsync(SecureUrl, o => Trusting(o) with { UsingProxy = through });
        proxy.Passed.Should().Equal(
            $"407 GET {PlainUrl} HTTP/1.1", $"GET {PlainUrl} HTTP/1.1",
            $"407 CONNECT origin.test:{_secure.Port} HTTP/1.1", $"CONNECT origin.test:{_secure.Port} HTTP/1.1");
        _plain.Requests.All[0].Field("Proxy-Authorization").Should().BeNull();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task HttpProxy_NoOrWrongCredentials_Authentication(bool tls, bool given)
    {
        var proxy = Own(new HttpProxyServer("ann", "hush"));
        var through = given ? Through(proxy) with { UserName = "ann", Password = "hush, wrong" } : Through(proxy);
        var error = await FailAsync(tls ? SecureUrl : PlainUrl, o => Trusting(o) with { UsingProxy = through });
        (error.Code, error.Side, error.RetryCanHelp, error.HttpStatus).Should().Be((ErrorCode.Authentication, ErrorSide.Caller, false, 407));
        error.Message.Should().Contain($"proxy 127.0.0.1:{proxy.Port}").And.NotContain("ann");
        proxy.Passed.Should().OnlyContain(p => p.StartsWith("407", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Origin_407WithoutAProxy_IsAnAnswer()
    {
        using var origin = new ScriptedServer((_, _) => "HTTP/1.1 407 Odd\r\nContent-Length: 0\r\n\r\n");
        await using var answer = await SendAsync(origin.Url("/"));
        answer.Head.Status.Should().Be(407);
    }

    [Theory]
    [InlineData(ProxyKind.Http, false)]
    [InlineData(ProxyKind.Http, true)]
    [InlineData(ProxyKind.Socks5, false)]
    [InlineData(ProxyKind.Socks5, true)]
    public async Task Proxy_NameUnknown_ProxyNotResolved(ProxyKind kind, bool tls)
    {
        Names.Set("proxy.test");
        var error = await FailAsync(tls ? SecureUrl : PlainUrl, o => Trusting(o) with { UsingProxy = new ProxyServer("proxy.test", 3128) { Kind = kind } });
        (error.Code, error.Stage).Should().Be((ErrorCode.ProxyNotResolved, ErrorStage.Resolving));
        error.Message.Should().Contain("proxy.test");
    }

    [Theory]
    [InlineData(ProxyKind.Http, false)]
    [InlineData(ProxyKind.Http, true)]
    [InlineData(ProxyKind.Socks5, false)]
    [InlineData(ProxyKind.Socks5, true)]
    public async Task Proxy_Refuses_CannotConnectAndTheProxyIsNamed(ProxyKind kind, bool tls)
    {
        var through = new ProxyServer("proxy.test", ClosedPort()) { Kind = kind };
        var error = await FailAsync(tls ? SecureUrl : PlainUrl, o => Trusting(o) with { UsingProxy = through });
        (error.Code, error.Stage, error.RetryCanHelp).Should().Be((ErrorCode.CannotConnect, ErrorStage.Connecting, true));
        error.Message.Should().StartWith("The proxy proxy.test:").And.Contain("refused");
    }

    [Fact]
    public async Task HttpProxy_RefusesTheTunnel_CannotConnectBothAreNamed()
    {
        var proxy = Own(new HttpProxyServer { Answer = BadGateway });
        var error = await FailAsync(SecureUrl, o => Trusting(o) with { UsingProxy = Through(proxy) });
        (error.Code, error.RetryCanHelp, error.HttpStatus).Should().Be((ErrorCode.CannotConnect, true, 502));
        error.Message.Should().Contain($"127.0.0.1:{proxy.Port}").And.Contain("origin.test").And.Contain("502");
    }

    [Fact]
    public async Task HttpProxy_ClosesEveryTunnel_GivenUpSoon()
    {
        var proxy = Own(new HttpProxyServer { Answer = "" });
        var error = await FailAsync(SecureUrl, o => Trusting(o) with { UsingProxy = Through(proxy) });
        error.Code.Should().Be(ErrorCode.CannotConnect);
        error.Message.Should().Be($"The proxy 127.0.0.1:{proxy.Port} closed the connection without an answer.");
        proxy.Connections.Should().BeLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task HttpProxy_AnswersGarbageToTheTunnel_TheProxyIsNamed()
    {
        var proxy = Own(new HttpProxyServer { Answer = "garbage\r\n\r\n" });
        var error = await FailAsync(SecureUrl, o => Trusting(o) with { UsingProxy = Through(proxy) });
        error.Code.Should().Be(ErrorCode.InvalidAnswer);
        error.Message.Should().Contain($"proxy 127.0.0.1:{proxy.Port}");
    }

    [Fact]
    public async Task HttpProxy_UntrustedOrigin_ItIsTheOriginThatIsNamed()
    {
        var proxy = Own(new HttpProxyServer());
        var error = await FailAsync(SecureUrl, o => o with { UsingProxy = Through(proxy) });
        error.Code.Should().Be(ErrorCode.PeerCertificate);
        error.Message.Should().Contain("origin.test").And.NotContain("proxy");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Socks5_NameGoesToTheProxy(bool tls)
    {
        var proxy = Own(new Socks5Server());
        var url = tls ? SecureUrl : PlainUrl;
        await GetAsync(url, o => Trusting(o) with { UsingProxy = Through(proxy) });
        proxy.Passed.Should().Equal($"name origin.test:{new Uri(url).Port}");
        Names.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task Socks5_Credentials_Given()
    {
        var proxy = Own(new Socks5Server("ann", "hush"));
        await GetAsync(PlainUrl, o => o with { UsingProxy = Through(proxy) with { UserName = "ann", Password = "hush" } });
        proxy.Passed.Should().ContainSingle().Which.Should().StartWith("name origin.test");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("hush, wrong")]
    public async Task Socks5_NoOrWrongCredentials_Authentication(string? password)
    {
        var proxy = Own(new Socks5Server("ann", "hush"));
        var through = password is null ? Through(proxy) : Through(proxy) with { UserName = "ann", Password = password };
        var error = await FailAsync(PlainUrl, o => o with { UsingProxy = through });
        (error.Code, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.Authentication, ErrorSide.Caller, false));
        error.Message.Should().Contain($"proxy 127.0.0.1:{proxy.Port}").And.NotContain("ann");
    }

    [Fact]
    public async Task Socks5_CannotReachTheOrigin_CannotConnectBothAreNamed()
    {
        var proxy = Own(new Socks5Server { Reply = 5 });
        var error = await FailAsync(SecureUrl, o => Trusting(o) with { UsingProxy = Through(proxy) });
        (error.Code, error.RetryCanHelp).Should().Be((ErrorCode.CannotConnect, true));
        error.Message.Should().Contain($"127.0.0.1:{proxy.Port}").And.Contain("origin.test");
    }

    [Fact]
    public async Task Socks5_Closes_CannotConnect()
    {
        var proxy = Own(new Socks5Server { Closes = true });
        var error = await FailAsync(PlainUrl, o => o with { UsingProxy = Through(proxy) });
        error.Code.Should().Be(ErrorCode.CannotConnect);
        error.Message.Should().Contain($"The proxy 127.0.0.1:{proxy.Port}");
    }

    [Fact]
    public async Task SystemProxy_FromTheEnvironment_ByScheme()
    {
        var http = Own(new HttpProxyServer("ann", "hush"));
        var socks = Own(new Socks5Server());
        Settings = Settings with
        {
            ReadEnvironment = n => n switch
            {
                "http_proxy" => $"http://ann:hush@127.0.0.1:{http.Port}",
                "HTTPS_PROXY" => $"socks5://127.0.0.1:{socks.Port}",
                "no_proxy" => "direct.test",
                _ => null,
            },
        };
        await GetAsync(PlainUrl, o => o with { UsingProxy = new SystemProxy() });
        await GetAsync(SecureUrl, o => Trusting(o) with { UsingProxy = new SystemProxy() });
        await GetAsync(PlainUrl.Replace("origin.test", "direct.test", StringComparison.Ordinal), o => o with { UsingProxy = new SystemProxy() });
        await GetAsync(PlainUrl);
        http.Passed.Should().Equal($"407 GET {PlainUrl} HTTP/1.1", $"GET {PlainUrl} HTTP/1.1");
        socks.Passed.Should().Equal($"name origin.test:{_secure.Port}");
        Names.Asked.Should().Equal("direct.test", "origin.test");
    }

    [Fact]
    public async Task SystemProxy_NoneSet_Direct() =>
        (await GetAsync(PlainUrl, o => o with { UsingProxy = new SystemProxy() })).Body.Should().HaveLength(10);

    [Theory]
    [InlineData(ProxyKind.Http)]
    [InlineData(ProxyKind.Socks5)]
    public async Task Cancelled_WhileTheProxyIsSilent_TheSocketIsClosed(ProxyKind kind)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var cancel = new CancellationTokenSource();
        var through = new ProxyServer("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port) { Kind = kind };
        var send = Transport.SendAsync(Calls.Get(SecureUrl, o => o with { UsingProxy = through }), null, cancel.Token);
        using var accepted = await silent.AcceptSocketAsync().WaitAsync(Calls.Soon);
        (await accepted.ReceiveAsync(new byte[4096]).WaitAsync(Calls.Soon)).Should().BePositive("the tunnel is asked for");
        await cancel.CancelAsync();
        await send.WaitAsync(Calls.Soon).Invoking(s => s).Should().ThrowAsync<OperationCanceledException>();
        (await EndOf(accepted).WaitAsync(Calls.Soon)).Should().BeTrue();
    }

    [Fact]
    public async Task ProxyIsSilent_TimedOutByTheConnectTimeout()
    {
        var time = new ManualTimeProvider();
        using var transport = new HttpTransport(Settings, time, _ => Names);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var through = new ProxyServer("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port);
        var send = transport.SendAsync(
            Calls.Get(SecureUrl, o => o with { UsingProxy = through, ConnectTimeout = TimeSpan.FromSeconds(7) }), null, CancellationToken.None);
        using var accepted = await silent.AcceptSocketAsync().WaitAsync(Calls.Soon);
        (await accepted.ReceiveAsync(new byte[4096]).WaitAsync(Calls.Soon)).Should().BePositive();
        time.Advance(TimeSpan.FromSeconds(7));
        var error = (await send.WaitAsync(Calls.Soon).Invoking(s => s).Should().ThrowAsync<TransferException>()).Which.Error;
        (error.Code, error.Stage).Should().Be((ErrorCode.TimedOut, ErrorStage.Connecting));
        error.Message.Should().Contain("connect timeout of 7 s");
        (await EndOf(accepted).WaitAsync(Calls.Soon)).Should().BeTrue();
    }

    private string PlainUrl => _plain.Url("/good?size=10").Replace("127.0.0.1", "origin.test", StringComparison.Ordinal);

    private string SecureUrl => _secure.Url("/hello", "origin.test");

    private static ProxyServer Through(HttpProxyServer proxy) => new("127.0.0.1", proxy.Port);

    private static ProxyServer Through(Socks5Server proxy) => new("127.0.0.1", proxy.Port) { Kind = ProxyKind.Socks5 };

    // A reset is an end too.
    private static async Task<bool> EndOf(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static int ClosedPort()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return ((IPEndPoint)taken.LocalEndpoint).Port;
    }
}
