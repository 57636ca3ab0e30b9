using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Http;

/// <summary>What of a request reaches a server: method, URL, fields.</summary>
public sealed class RequestMessageTests : IAsyncLifetime
{
    private const string Json = "content-type: application/json\n";
    private const string Form = "content-type: application/x-www-form-urlencoded\n";
    private readonly HttpTransport _transport = new(new TransportSettings(), TimeProvider.System);
    private MisbehavingServer _server = null!;

    public async Task InitializeAsync() => _server = await MisbehavingServer.StartAsync();

    public async Task DisposeAsync()
    {
        _transport.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("POST", Json)]
    [InlineData("PUT", Json)]
    [InlineData("PATCH", Json)]
    [InlineData("DELETE", Json)]
    [InlineData("GET", Form)]
    [InlineData("OPTIONS", Form)]
    [InlineData("TRACE", Form)]
    public async Task ContentType_WithData_ByMethod_TheCallersOwnWins(string method, string expected)
    {
        var echo = await EchoAsync(o => o with { Method = method, ExtraData = new TextData("a=1") });
        echo.Should().Contain(expected);
        var own = await EchoAsync(o => o with { Method = method, ExtraData = new TextData("a=1"), Headers = [new("Content-Type", "text/x; a=\"b\"")] });
        own.Should().Contain("content-type: text/x; a=\"b\"\n");
    }

    [Fact]
    public async Task ContentType_OfHead_ReachesTheServerToo()
    {
        await using var answer = await SendAsync("/echo", o => o with { Method = "HEAD", ExtraData = new TextData("a=1") });
        _server.Requests.Last.Field("content-type").Should().Be("application/x-www-form-urlencoded");
        _server.Requests.Last.Arrival.Target.Should().Be("/echo?a=1");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task ContentType_NoData_None(string method) =>
        (await EchoAsync(o => o with { Method = method })).Should().NotContain("content-type");

    [Fact]
    public async Task ContentType_BytesThatAreNotAppended_None() =>
        (await EchoAsync(o => o with { ExtraData = new BytesData([1]) })).Should().NotContain("content-type");

    [Theory]
    [InlineData("POST", "POST /echo\n", "a=1")]
    [InlineData("PUT", "PUT /echo\n", "a=1")]
    [InlineData("PATCH", "PATCH /echo\n", "a=1")]
    [InlineData("GET", "GET /echo?a=1\n", "")]
    [InlineData("DELETE", "DELETE /echo?a=1\n", "")]
    [InlineData("OPTIONS", "OPTIONS /echo?a=1\n", "")]
    public async Task Data_InTheBodyOrInTheUrl(string method, string line, string body)
    {
        var echo = await EchoAsync(o => o with { Method = method, ExtraData = new TextData("a=1") });
        echo.Should().StartWith(line);
        echo.Split("\n\n", 2)[1].Should().Be(body);
    }

    [Fact]
    public async Task AcceptEncoding_WhatCanBeDecoded_TheCallersOwnWins_IdentityWhereAsked()
    {
        (await EchoAsync()).Should().Contain("accept-encoding: gzip, deflate, br\n");
        (await EchoAsync(o => o with { Headers = [new("Accept-Encoding", "br")] })).Should().Contain("accept-encoding: br\n");
        (await EchoAsync(identity: true)).Should().Contain("accept-encoding: identity\n");
    }

    [Fact]
    public async Task Redirect_QueryDataIsOfTheFirstUrl_AndItsTypeToo()
    {
        await using var answer = await SendAsync("/redirect?to=/echo", o => o with { ExtraData = new TextData("a=1") });
        _server.Requests.All[0].Arrival.Target.Should().Be("/redirect?to=/echo&a=1");
        _server.Requests.All[0].Field("content-type").Should().NotBeNull();
        var echo = Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer));
        echo.Should().StartWith("GET /echo\n").And.NotContain("content-type");
    }

    [Fact]
    public async Task Redirect_303_NeitherBodyNorWhatDescribesIt()
    {
        await using var answer = await SendAsync("/redirect?status=303&to=/echo", o => o with
        {
            Method = "POST",
            ExtraData = new TextData("a=1"),
            Headers = [new("Content-Type", "text/x"), new("Content-Language", "de")],
        });
        var echo = Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer));
        echo.Should().StartWith("GET /echo\n").And.NotContain("content-").And.NotContain("a=1");
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_307And308_BodyAndTypeAgain(int status)
    {
        await using var answer = await SendAsync($"/redirect?status={status}&to=/echo", o => o with { Method = "POST", ExtraData = new JsonData("{}") });
        var echo = Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer));
        echo.Should().StartWith("POST /echo\n").And.Contain(Json).And.EndWith("\n\n{}");
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_WouldNeedAStreamAgain_BodyCannotBeSentAgain(int status)
    {
        var thrown = await Assert.ThrowsAsync<TransferException>(() => SendAsync($"/redirect?status={status}&to=/echo", o => o with
        {
            Method = "POST",
            ExtraData = new StreamData(new MemoryStream([1, 2, 3])),
        }));
        thrown.Error.Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
        _server.Requests.Count.Should().Be(1);
    }

    [Fact]
    public async Task Multipart_ContentTypeWithBoundary_AndLength()
    {
        var echo = await EchoAsync(o => o with
        {
            Method = "POST",
            Headers = [new("Content-Type", "multipart/form-data")],
            MultiFormData = [new FormPart("a", "text/plain") { Data = new TextData("v") }],
        });
        var boundary = echo.Split("content-type: multipart/form-data; boundary=")[1].Split('\n')[0];
        var body = echo.Split("\n\n", 2)[1];
        body.Should().Be($"--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain\r\n\r\nv\r\n--{boundary}--\r\n");
        echo.Should().Contain($"content-length: {body.Length}\n");
    }

    [Fact]
    public async Task Connect_TheAuthorityIsAsked_WithTheHost()
    {
        using var server = new ScriptedServer((_, _) => "HTTP/1.1 200 Connection established\r\n\r\n");
        await using var answer = await _transport.SendAsync(Call(server.Url("/ignored"), o => o with { Method = "CONNECT" }), null, CancellationToken.None);
        answer.Head.Status.Should().Be(200);
        var authority = new Uri(server.Url("/")).Authority;
        server.Requests.Should().ContainSingle().Which.Should().StartWith($"CONNECT {authority} HTTP/1.1\r\n").And.Contain($"Host: {authority}");
    }

    private async Task<string> EchoAsync(Func<RequestOptions, RequestOptions>? change = null, bool identity = false)
    {
        await using var answer = await SendAsync("/echo", change, identity);
        return Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer));
    }

    private Task<HttpAnswer> SendAsync(string route, Func<RequestOptions, RequestOptions>? change = null, bool identity = false) =>
        _transport.SendAsync(Call(_server.Url(route), change) with { Identity = identity }, null, CancellationToken.None);

    private static HttpCall Call(string url, Func<RequestOptions, RequestOptions>? change) => Calls.Get(url, change) with { Identity = false };
}
