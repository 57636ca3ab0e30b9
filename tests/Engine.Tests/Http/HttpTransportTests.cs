using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Http;

public sealed class HttpTransportTests : IAsyncLifetime
{
    private readonly HttpTransport _transport = new(new TransportSettings(), TimeProvider.System);
    private MisbehavingServer _server = null!;

    public async Task InitializeAsync() => _server = await MisbehavingServer.StartAsync();

    public async Task DisposeAsync()
    {
        _transport.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Send_Good_HeadAsReceivedAndTheBody()
    {
        await using var answer = await SendAsync("/good/f?size=100003");
        answer.Head.Status.Should().Be(200);
        answer.ContentLength.Should().Be(100003);
        answer.Head.Field("etag").Should().Be("\"v1-100003\"");
        answer.Head.Headers.Should().OnlyContain(h => h.Name == h.Name.ToLowerInvariant());
        (await Calls.ReadAllAsync(answer)).Should().Equal(Content.Bytes(1, 100003));
    }

    [Fact]
    public async Task Send_Range_FieldsReachTheServer()
    {
        await using var answer = await SendAsync("/good?size=1000", fields: [new("Range", "bytes=400-"), new("If-Range", "\"v1-1000\"")]);
        answer.Head.Status.Should().Be(206);
        (await Calls.ReadAllAsync(answer)).Should().Equal(Content.Bytes(1, 1000)[400..]);
    }

    [Fact]
    public async Task Send_UrlAsWritten_EncodingsAndDotsKept()
    {
        await using var answer = await SendAsync("/echo/%7e/../a%2Fb/./\u00fc x?q=%zz&r=\u00e9#fragment");
        var echo = Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer));
        echo.Split('\n')[0].Should().Be("GET /echo/%7e/../a%2Fb/./%C3%BC%20x?q=%zz&r=%C3%A9");
    }

    [Fact]
    public async Task Send_Identity_AskedForAndNoCookieKept()
    {
        await using var answer = await SendAsync("/echo", o => o with { Headers = [new("X-Mine", "gr\u00fcn"), new("X-Two", "a"), new("X-Two", "b")] });
        var echo = Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer));
        echo.Should().Contain("accept-encoding: identity\n").And.Contain("user-agent: Ferry/0.1\n").And.NotContain("traceparent");
        echo.Should().Contain("x-mine: gr\u00fcn\n").And.Contain("x-two: a");
    }

    [Fact]
    public async Task Send_CallersUserAgent_Wins()
    {
        await using var answer = await SendAsync("/echo", o => o with { Headers = [new("User-Agent", "mine/1")] });
        Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer)).Should().Contain("user-agent: mine/1\n").And.NotContain("Ferry/");
    }

    [Fact]
    public async Task Send_PostWithBody_ReachesTheServer()
    {
        await using var answer = await SendAsync("/echo", o => o with { Method = "POST", ExtraData = new BytesData("{\"a\":1}"u8.ToArray()) });
        Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer))
            .Should().Contain("content-type: application/json\n").And.Contain("content-length: 7\n").And.EndWith("\n\n{\"a\":1}");
    }

    [Fact]
    public async Task Send_Head_LengthWithoutBody()
    {
        await using var answer = await SendAsync("/good?size=5000", o => o with { Method = "HEAD" });
        answer.ContentLength.Should().Be(5000);
        (await Calls.ReadAllAsync(answer)).Should().BeEmpty();
    }

    [Fact]
    public async Task Read_WholeBodies_OneConnectionServesAll()
    {
        for (var i = 0; i < 5; i++)
        {
            await using var answer = await SendAsync($"/good/{i}?size=20000");
            await Calls.ReadAllAsync(answer);
        }
        _server.Requests.All.Select(r => r.Connection).Distinct().Should().ContainSingle();
    }

    [Theory]
    [InlineData(Routes.ShortBody)]
    [InlineData(Routes.CutChunked)]
    public async Task Read_BodyEndsEarly_PartialFileAfterItsBytes(string route)
    {
        await using var answer = await SendAsync($"{route}?size=30000");
        var (bytes, error) = await ReadToErrorAsync(answer);
        (error.Code, error.Stage, error.RetryCanHelp).Should().Be((ErrorCode.PartialFile, ErrorStage.Receiving, true));
        bytes.Should().Equal(Content.Bytes(1, 15000));
    }

    [Fact]
    public async Task Read_ConnectionReset_ReceiveFailed()
    {
        _server.Gate.HoldBodiesAfter(1000);
        await using var answer = await SendAsync($"{Routes.Reset}?size=30000&cut=2000");
        var buffer = new byte[1000];
        (await answer.ReadAsync(buffer, CancellationToken.None)).Should().BePositive();
        _server.Gate.Release();
        var (_, error) = await ReadToErrorAsync(answer);
        (error.Code, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.ReceiveFailed, ErrorSide.Network, true));
    }

    [Theory]
    [InlineData(Routes.ConflictingContentLength)]
    [InlineData(Routes.MalformedContentLength)]
    [InlineData(Routes.LengthAndChunked)]
    [InlineData(Routes.SwitchingProtocols)]
    [InlineData(Routes.NotHttp)]
    public async Task Send_AnswerBreaksHttp_InvalidAnswer(string route) =>
        (await FailAsync(route)).Should().Match<TransferError>(e => e.Code == ErrorCode.InvalidAnswer && !e.RetryCanHelp);

    [Fact]
    public async Task Send_TwoContentRanges_InvalidAnswer() =>
        (await FailAsync(Routes.TwoContentRanges, fields: [new("Range", "bytes=5-")])).Code.Should().Be(ErrorCode.InvalidAnswer);

    [Fact]
    public async Task Send_ClosedWithoutAnswer_EmptyAnswerRetryCanHelp() =>
        (await FailAsync(Routes.ClosesWithoutAnswer + "?times=9")).Should().Match<TransferError>(e => e.Code == ErrorCode.EmptyAnswer && e.RetryCanHelp);

    [Fact]
    public async Task Send_Unknown1xx_Skipped()
    {
        await using var answer = await SendAsync($"{Routes.EarlyHints}?size=100");
        answer.Head.Status.Should().Be(200);
        (await Calls.ReadAllAsync(answer)).Should().Equal(Content.Bytes(1, 100));
    }

    [Fact]
    public async Task Read_CloseDelimited_EndsWithTheConnection()
    {
        await using var answer = await SendAsync($"{Routes.CloseDelimited}?size=5000");
        answer.ContentLength.Should().BeNull();
        (await Calls.ReadAllAsync(answer)).Should().Equal(Content.Bytes(1, 5000));
    }

    [Fact]
    public async Task Open_CodedFromZero_ReadDecoded()
    {
        await using var answer = await SendAsync($"{Routes.GzipAnyway}?size=50000");
        answer.Open(Accepted(answer, RangeCase.Whole));
        (await Calls.ReadAllAsync(answer)).Should().Equal(Content.Bytes(1, 50000));
    }

    [Fact]
    public async Task Open_MoreBytesThanTheRangeSays_RefusedBeforeTheExtraByte()
    {
        var known = RangeCase.V1 with { FinalUrl = _server.Url("/longer-than-its-range?size=30000"), ETag = "\"v1-30000\"", Length = 30000 };
        var asked = new RangeRequest(new Uri(known.FinalUrl), 20000, known, Precondition.IfRange, TrustLength: false);
        await using var answer = await SendAsync("/longer-than-its-range?size=30000", fields: [.. asked.Fields()]);
        answer.Open(Accepted(answer, asked));
        var (bytes, error) = await ReadToErrorAsync(answer);
        error.Code.Should().Be(ErrorCode.InvalidAnswer);
        bytes.Length.Should().BeLessThanOrEqualTo(10000);
    }

    [Fact]
    public async Task Send_NobodyListens_CannotConnectRetryCanHelp()
    {
        var port = UnusedPort();
        var error = await FailAtAsync($"http://127.0.0.1:{port}/f?secret=1");
        (error.Code, error.Stage, error.RetryCanHelp).Should().Be((ErrorCode.CannotConnect, ErrorStage.Connecting, true));
        error.Message.Should().NotContain("secret");
    }

    [Fact]
    public async Task Send_NoSuchHost_HostNotResolved() =>
        (await FailAtAsync("http://no-such-host.invalid/f")).Code.Should().Be(ErrorCode.HostNotResolved);

    private async Task<HttpAnswer> SendAsync(string route, Func<RequestOptions, RequestOptions>? change = null, HeaderField[]? fields = null) =>
        await _transport.SendAsync(Calls.Get(_server.Url(route), change, fields ?? []), null, CancellationToken.None).WaitAsync(Calls.Soon);

    private Task<TransferError> FailAsync(string route, HeaderField[]? fields = null) => FailAtAsync(_server.Url(route), fields);

    private async Task<TransferError> FailAtAsync(string url, HeaderField[]? fields = null)
    {
        var send = () => _transport.SendAsync(Calls.Get(url, null, fields ?? []), null, CancellationToken.None).WaitAsync(Calls.Soon);
        return (await send.Should().ThrowAsync<TransferException>()).Which.Error;
    }

    private static AcceptFrom Accepted(HttpAnswer answer, RangeRequest asked) =>
        RangeResponse.Judge(asked, answer.Head).Should().BeOfType<AcceptFrom>().Subject;

    private static async Task<(byte[] Bytes, TransferError Error)> ReadToErrorAsync(HttpAnswer answer)
    {
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            try
            {
                var count = await answer.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Calls.Soon);
                count.Should().BePositive("the body must not end properly");
                body.Write(buffer, 0, count);
            }
            catch (TransferException failed)
            {
                return (body.ToArray(), failed.Error);
            }
        }
    }

    private static int UnusedPort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
