using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Testing.Dns;
using Ferry.Testing.Server;
using Ferry.Testing.Tls;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>Every error code, by what really causes it: a whole engine, and servers on loopback that do the wrong thing.</summary>
public sealed class ErrorCodeTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _home = new();
    private readonly TestAuthority _authority = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private MisbehavingServer _server = null!;
    private FerryEngine _engine = null!;
    private TransferSession _session = null!;

    public async Task InitializeAsync()
    {
        _server = await MisbehavingServer.StartAsync();
        _engine = await FerryEngine.StartAsync(new FerryOptions { InMemory = true });
        _session = new TransferSession(_engine);
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await _server.DisposeAsync();
        _authority.Dispose();
        _home.Dispose();
    }

    // The request and the policy.

    [Fact]
    public async Task Code401_OptionsOutsideTheirRanges_EveryProblemAtOnce()
    {
        var error = await FailAsync(_server.Url("/echo"), o => o with { Priority = 1001, Method = "BREW" });
        error.Code.Should().Be(ErrorCode.ParameterError);
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task Code201_AddressInADeniedNetwork()
    {
        var error = await FailUnderAsync(new EnginePolicy { DeniedNetworks = ["127.0.0.0/8"] }, _server.Url("/echo"));
        error.Code.Should().Be(ErrorCode.NotPermitted);
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task Code2300997_CleartextNotAllowed() =>
        (await FailUnderAsync(new EnginePolicy { AllowCleartext = false }, _server.Url("/echo"))).Code.Should().Be(ErrorCode.CleartextNotAllowed);

    [Fact]
    public async Task Code2300998_RedirectToAHostThatIsNotAllowed()
    {
        var there = _server.Url("/echo/there").Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var error = await FailUnderAsync(new EnginePolicy { AllowedHosts = ["127.0.0.1"] }, _server.Url("/redirect?to=" + there));
        error.Code.Should().Be(ErrorCode.DomainNotAllowed);
        _server.Requests.For("/echo/there").Should().BeEmpty();
    }

    [Fact]
    public async Task Code2300001_NeitherHttpNorHttps() => (await FailAsync("ftp://127.0.0.1/f")).Code.Should().Be(ErrorCode.UnsupportedProtocol);

    [Theory]
    [InlineData("/e\r\nX-Injected: 1")]
    [InlineData("/e\n")]
    [InlineData("/e\0")]
    public async Task Code2300003_UrlWithALineBreakOrNul(string path)
    {
        (await FailAsync(_server.Url("/echo") + path)).Code.Should().Be(ErrorCode.BadUrl);
        _server.Requests.Count.Should().Be(0);
    }

    // The way to the server.

    [Fact]
    public async Task Code2300005_ProxyNameUnknown()
    {
        var dns = Own(DnsTestServer.Start());
        var error = await FailAsync(_server.Url("/echo"), o => o with { UsingProxy = new ProxyServer("proxy.nowhere.test", 8080), DnsServers = [dns.Address] });
        error.Code.Should().Be(ErrorCode.ProxyNotResolved);
    }

    [Fact]
    public async Task Code2300006_HostNameUnknown()
    {
        var dns = Own(DnsTestServer.Start());
        (await FailAsync("http://nowhere.test/", o => o with { DnsServers = [dns.Address] })).Code.Should().Be(ErrorCode.HostNotResolved);
    }

    [Fact]
    public async Task Code2300007_NobodyListens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}/";
        listener.Stop();
        (await FailAsync(url)).Code.Should().Be(ErrorCode.CannotConnect);
    }

    [Fact]
    public async Task Code2300058_ClientCertificateMissing()
    {
        var server = await ServeAsync();
        var error = await FailAsync(server.Url("/hello"), o => Trusting(o) with { ClientCert = new ClientCertificate(_home.File("none.pem")) });
        error.Code.Should().Be(ErrorCode.LocalCertificate);
    }

    [Fact]
    public async Task Code2300059_NoCommonVersionOfTls()
    {
#pragma warning disable CA5397, SYSLIB0039 // An old version, so that there is none in common.
        var server = await ServeAsync(SslProtocols.Tls11);
#pragma warning restore CA5397, SYSLIB0039
        (await FailAsync(server.Url("/hello"), Trusting)).Code.Should().Be(ErrorCode.Cipher);
    }

    [Fact]
    public async Task Code2300060_AuthorityNotTrusted()
    {
        var server = await ServeAsync();
        (await FailAsync(server.Url("/hello"))).Code.Should().Be(ErrorCode.PeerCertificate);
        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Code2300077_FileOfAnchorsMissing()
    {
        var server = await ServeAsync();
        (await FailAsync(server.Url("/hello"), o => o with { CaPath = _home.File("none.pem") })).Code.Should().Be(ErrorCode.CaFile);
    }

    [Fact]
    public async Task Code2300090_NoPinMatches_NoByteOfTheRequestIsSent()
    {
        using var certificate = _authority.Issue();
        using var server = new TlsCounter(certificate);
        RequestOptions Pinned(RequestOptions o, string pin) => Trusting(o) with
        {
            UsingProtocol = HttpProtocol.Http11,
            Headers = [new HeaderField("Authorization", "Bearer secret")],
            CertificatePinning = [new CertificatePin(pin)],
        };
        var error = await FailAsync(server.Url, o => Pinned(o, TestAuthority.PinOf(_authority.Root)));
        error.Code.Should().Be(ErrorCode.PinMismatch);
        (await server.NextAsync()).Should().Be(0);

        (await FetchAsync(server.Url, o => Pinned(o, TestAuthority.PinOf(certificate)))).ResponseCode.Should().Be(200);
        (await server.NextAsync()).Should().BePositive();
    }

    // The answer.

    [Fact]
    public async Task Code2300008_AnswerIsNotHttp() => (await FailAsync(_server.Url("/not-http"))).Code.Should().Be(ErrorCode.InvalidAnswer);

    [Fact]
    public Task Code2300009_DownloadIsForbidden() => NothingIsWrittenAsync("/error-page/f?status=403", ErrorCode.AccessDenied);

    [Fact]
    public Task Code2300070_DownloadAnsweredInsufficientStorage() => NothingIsWrittenAsync("/error-page/f?status=507", ErrorCode.RemoteDiskFull);

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public Task Code2300078_DownloadIsNotThere(int status) => NothingIsWrittenAsync($"/error-page/f?status={status}", ErrorCode.RemoteFileNotFound);

    [Fact]
    public Task Code2300094_DownloadNeedsCredentials() => NothingIsWrittenAsync("/401/f", ErrorCode.Authentication);

    [Fact]
    public async Task Code2300016_StreamResetForAProtocolError()
    {
        var server = await ServeAsync();
        (await FailAsync(server.Url("/reset?code=1"), Trusting)).Code.Should().Be(ErrorCode.Http2Framing);
    }

    [Fact]
    public async Task Code2300018_BodyShorterThanAnnounced() =>
        (await FailAsync(_server.Url("/short-body?times=9"))).Code.Should().Be(ErrorCode.PartialFile);

    [Fact]
    public async Task Code2300028_ServerIsSilent()
    {
        _server.Gate.HoldAnswers();
        var error = await FailAsync(_server.Url("/echo"), o => o with { ReadTimeout = TimeSpan.FromMilliseconds(50) });
        error.Code.Should().Be(ErrorCode.TimedOut);
    }

    [Fact]
    public async Task Code2300033_OtherBytesThanTheRange()
    {
        var error = await FailAsync(_server.Url("/other-bytes/f"), o => o with { ResumeFrom = 1000 });
        error.Code.Should().Be(ErrorCode.RangeNotHonoured);
    }

    [Fact]
    public async Task Code2300036_ChunksWereHandedOn_TheServerHasAnotherVersion()
    {
        _server.Gate.HoldBodiesAfter(100_000);
        var request = Request(_server.Url("/short-body/f"), o => o with { Retry = new RetryOptions { MaxRetries = 2, BaseDelay = TimeSpan.FromMilliseconds(1) } });
        var task = _session.Prepare(request with { Destination = new ChunkDestination() });
        var first = new TaskCompletionSource();
        task.On<DataReceived>(_ => first.TrySetResult());
        task.Start();
        await first.Task.WaitAsync(Patience);
        _server.Publish("/short-body/f", 2);
        _server.Gate.Release();
        (await FailureAsync(task)).Code.Should().Be(ErrorCode.CannotResume);
    }

    [Fact]
    public async Task Code2300042_Cancelled()
    {
        _server.Gate.HoldAnswers();
        var task = _session.Fetch(Request(_server.Url("/echo")));
        var arrived = await _server.Requests.ArrivalOf(1).WaitAsync(Patience);
        await _session.Cancel(task).WaitAsync(Patience);
        (await FailureAsync(task)).Code.Should().Be(ErrorCode.Cancelled);
        await arrived.ClosedByClient.WaitAsync(Patience);
    }

    [Theory]
    [InlineData("/redirect-loop")]
    [InlineData("/redirect-chain?n=4")]
    public async Task Code2300047_RedirectsInACircleOrTooMany(string route) =>
        (await FailAsync(_server.Url(route), o => o with { MaxRedirects = 3 })).Code.Should().Be(ErrorCode.TooManyRedirects);

    [Fact]
    public async Task Code2300052_ClosedWithoutAnAnswer() =>
        (await FailAsync(_server.Url("/closes-without-answer?times=9"))).Code.Should().Be(ErrorCode.EmptyAnswer);

    [Fact]
    public async Task Code2300056_ConnectionResetInTheBody() => (await FailAsync(_server.Url("/reset?times=9"))).Code.Should().Be(ErrorCode.ReceiveFailed);

    [Fact]
    public async Task Code2300061_BodyIsNotInItsCoding()
    {
        using var server = new OneAnswer("Content-Encoding: gzip", "this is no gzip"u8.ToArray());
        (await FailAsync(server.Url)).Code.Should().Be(ErrorCode.Encoding);
    }

    [Fact]
    public async Task Code2300063_Bomb_NoMoreIsDecodedThanTheLimitAndABuffer()
    {
        const int limit = 1024 * 1024;
        using var server = OneAnswer.Bomb(256 * limit);
        var task = _session.Prepare(Request(server.Url, o => o with { MaxLimit = limit }));
        var decoded = 0L;
        task.On<DataReceived>(e => decoded += e.Data.Length);
        task.Start();
        (await FailureAsync(task)).Code.Should().Be(ErrorCode.TooLarge);
        decoded.Should().BeInRange(1, limit + new Engine.Transfers.TransferSettings().BufferBytes);
    }

    // What is sent, and this machine.

    [Fact]
    public async Task Code2300023_TargetExists()
    {
        var target = _home.File("f");
        await File.WriteAllTextAsync(target, "mine");
        (await FailAsync(_server.Url("/good/f"), destination: new FileDestination(target))).Code.Should().Be(ErrorCode.LocalWriteFailed);
        (await File.ReadAllTextAsync(target)).Should().Be("mine");
    }

    [Fact]
    public async Task Code2300026_FileToSendIsMissing()
    {
        var error = await FailAsync(_server.Url("/sink"), o => o with { Method = "PUT", ExtraData = new FileData(_home.File("none")) });
        error.Code.Should().Be(ErrorCode.LocalReadFailed);
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task Code2300055_ConnectionResetWhileSending()
    {
        using var server = new Resetting();
        await using (var file = File.Create(_home.File("large")))
            file.SetLength(64 * 1024 * 1024);
        var error = await FailAsync(server.Url, o => o with { Method = "PUT", ExtraData = new FileData(_home.File("large")) });
        error.Code.Should().Be(ErrorCode.SendFailed);
    }

    [Fact]
    public async Task Code2300065_RedirectWouldNeedAStreamAgain()
    {
        var data = new StreamData(new MemoryStream(new byte[100]));
        var error = await FailAsync(_server.Url("/redirect?status=307&to=/echo"), o => o with { Method = "PUT", ExtraData = data });
        error.Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
    }

    [Fact]
    public async Task Code2300999_EngineStopsBeforeTheEnd()
    {
        _server.Gate.HoldAnswers();
        var engine = await FerryEngine.StartAsync(new FerryOptions { InMemory = true });
        var task = new TransferSession(engine).Fetch(Request(_server.Url("/good/f")) with { Destination = new FileDestination(_home.File("f")) });
        await _server.Requests.ArrivalOf(1).WaitAsync(Patience);
        await engine.DisposeAsync();
        (await FailureAsync(task)).Code.Should().Be(ErrorCode.Unknown);
    }

    // What must not leak.

    [Theory]
    [InlineData("X-A\r\nX-Injected", "1")]
    [InlineData("X-A\nX-Injected", "1")]
    [InlineData("X-A\0", "1")]
    [InlineData("X-A", "1\r\nX-Injected: 1")]
    [InlineData("X-A", "1\rX-Injected: 1")]
    [InlineData("X-A", "1\nX-Injected: 1")]
    [InlineData("X-A", "1\0")]
    public async Task HeaderInjection_IsRefusedBeforeAnythingIsSent(string name, string value)
    {
        (await FailAsync(_server.Url("/echo"), o => o with { Headers = [new HeaderField(name, value)] })).Code.Should().Be(ErrorCode.ParameterError);
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task RedirectToAnotherOrigin_SecretsStayHere()
    {
        var other = Own(await MisbehavingServer.StartAsync());
        await FetchAsync(_server.Url("/redirect/x?to=" + other.Url("/echo/there")), WithSecrets);
        _server.Requests.Last.Field("Authorization").Should().Be("Bearer secret");
        var arrived = other.Requests.All.Should().ContainSingle().Which;
        arrived.Field("X-Open").Should().Be("open");
        arrived.Arrival.Fields.Should().NotContainKeys("Authorization", "Cookie", "X-Key");
        arrived.Arrival.Fields.Values.Should().NotContain(v => v.Contains("secret"));
    }

    [Fact]
    public async Task RedirectFromHttpsToHttp_NothingReachesIt()
    {
        var secure = await ServeAsync();
        var error = await FailAsync(secure.Url("/redirect?to=" + _server.Url("/echo/there")), o => Trusting(WithSecrets(o)));
        error.HttpStatus.Should().Be(302);
        secure.Requests.Should().ContainSingle();
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task SetCookie_IsTold_AndNotKeptForTheNextRequest()
    {
        using var server = new OneAnswer("Set-Cookie: id=secret; Path=/", []);
        for (var i = 0; i < 2; i++)
            (await FetchAsync(server.Url, o => o)).Cookies.Should().Equal("id=secret; Path=/");
        server.Passed.Should().HaveCount(2).And.NotContain(request => request.Contains("cookie", StringComparison.OrdinalIgnoreCase));
    }

    private static RequestOptions WithSecrets(RequestOptions options) => options with
    {
        SecretHeaders = ["X-Key"],
        Headers =
        [
            new HeaderField("Authorization", "Bearer secret"), new HeaderField("Cookie", "id=secret"), new HeaderField("X-Key", "secret"),
            new HeaderField("X-Open", "open"),
        ],
    };

    private RequestOptions Trusting(RequestOptions options)
    {
        File.WriteAllText(_home.File("root.pem"), _authority.RootPem);
        return options with { CaPath = _home.File("root.pem") };
    }

    private async Task<TlsServer> ServeAsync(SslProtocols versions = SslProtocols.None) =>
        Own(await TlsServer.StartAsync(new TlsServerSettings(_authority.Issue()) { Versions = versions }));

    private T Own<T>(T made)
        where T : IAsyncDisposable
    {
        _owned.Add(made);
        return made;
    }

    private static TransferRequest Request(string url, Func<RequestOptions, RequestOptions>? change = null)
    {
        var options = new RequestOptions { UsingCache = false };
        return new TransferRequest { Url = url, Destination = new MemoryDestination(), Options = change?.Invoke(options) ?? options };
    }

    private Task<Engine.Http.TransferResponse> FetchAsync(string url, Func<RequestOptions, RequestOptions> change) =>
        _session.Fetch(Request(url, change)).AsTask().WaitAsync(Patience);

    private Task<TransferError> FailAsync(string url, Func<RequestOptions, RequestOptions>? change = null, Destination? destination = null) =>
        FailureAsync(_session.Fetch(Request(url, change) with { Destination = destination ?? new MemoryDestination() }));

    private async Task NothingIsWrittenAsync(string route, ErrorCode code)
    {
        var target = _home.File("f");
        (await FailAsync(_server.Url(route), destination: new FileDestination(target))).Code.Should().Be(code);
        File.Exists(target).Should().BeFalse();
    }

    private static async Task<TransferError> FailUnderAsync(EnginePolicy policy, string url)
    {
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { InMemory = true, Policy = policy });
        return await FailureAsync(new TransferSession(engine).Fetch(Request(url)));
    }

    private static async Task<TransferError> FailureAsync(TransferTask task)
    {
        var awaiting = () => task.AsTask().WaitAsync(Patience);
        var error = (await awaiting.Should().ThrowAsync<TransferException>()).Which.Error;
        error.Message.Should().NotBeEmpty().And.NotContain("secret");
        return error;
    }
}
