using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Http;

public sealed class HttpTransportRedirectTests : IAsyncLifetime
{
    private readonly HttpTransport _transport = new(new TransportSettings(), TimeProvider.System);
    private readonly List<Redirect> _redirects = [];
    private MisbehavingServer _server = null!;
    private MisbehavingServer _other = null!;

    public async Task InitializeAsync() =>
        (_server, _other) = (await MisbehavingServer.StartAsync(), await MisbehavingServer.StartAsync());

    public async Task DisposeAsync()
    {
        _transport.Dispose();
        await _server.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Send_Chain_FollowedToldAndTheFinalUrlKnown()
    {
        await using var answer = await SendAsync($"{Routes.RedirectChain}?n=3");
        answer.Head.FinalUrl.AbsoluteUri.Should().Be(_server.Url(Routes.Good));
        _redirects.Select(r => (r.Status, r.To.PathAndQuery)).Should().Equal(
            (302, "/redirect-chain?n=2"), (302, "/redirect-chain?n=1"), (302, "/good"));
        (await Calls.ReadAllAsync(answer)).Should().HaveCount(1024 * 1024);
    }

    [Fact]
    public async Task Send_Loop_TooManyRedirects() =>
        (await FailAsync(Routes.RedirectLoop)).Code.Should().Be(ErrorCode.TooManyRedirects);

    [Fact]
    public async Task Send_MoreThanAllowed_TooManyRedirects()
    {
        (await FailAsync($"{Routes.RedirectChain}?n=6", o => o with { MaxRedirects = 5 })).Code.Should().Be(ErrorCode.TooManyRedirects);
        await using var answer = await SendAsync($"{Routes.RedirectChain}?n=5", o => o with { MaxRedirects = 5 });
        answer.Head.Status.Should().Be(200);
    }

    [Fact]
    public async Task Send_OtherOrigin_SecretsAreNotSent()
    {
        HeaderField[] secrets =
            [new("Authorization", "Basic c2VjcmV0"), new("Cookie", "secret=1"), new("Proxy-Authorization", "secret"), new("X-Token", "secret"), new("X-Other", "open")];
        await using var answer = await SendAsync(
            $"{Routes.Redirect}?to={Uri.EscapeDataString(_other.Url(Routes.Echo))}", o => o with { Headers = secrets, SecretHeaders = ["x-token"] });
        var echo = Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer));
        echo.Should().NotContain("secret").And.NotContain("c2VjcmV0").And.Contain("x-other: open");
        _server.Requests.All[0].Field("Authorization").Should().Be("Basic c2VjcmV0");
    }

    [Fact]
    public async Task Send_SameOrigin_SecretsGoAlong()
    {
        await using var answer = await SendAsync($"{Routes.Redirect}?to=/echo", o => o with { Headers = [new("Authorization", "Basic abc")] });
        Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer)).Should().Contain("authorization: Basic abc");
    }

    [Fact]
    public async Task Send_LocationWithUserinfo_NotSentOn()
    {
        var target = _other.Url(Routes.Echo).Replace("http://", "http://user:secret@", StringComparison.Ordinal);
        await using var answer = await SendAsync($"{Routes.Redirect}?to={Uri.EscapeDataString(target)}");
        answer.Head.FinalUrl.UserInfo.Should().BeEmpty();
        Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer)).Should().NotContain("authorization").And.NotContain("secret");
    }

    [Theory]
    [InlineData(303, "GET", false)]
    [InlineData(302, "GET", false)]
    [InlineData(307, "POST", true)]
    [InlineData(308, "POST", true)]
    public async Task Send_PostRedirected_MethodAndBody(int status, string method, bool body)
    {
        await using var answer = await SendAsync(
            $"{Routes.Redirect}?status={status}&to=/echo", o => o with { Method = "POST", ExtraData = new BytesData("data"u8.ToArray()), Headers = [new("Content-Type", "text/plain")] });
        var echo = Encoding.UTF8.GetString(await Calls.ReadAllAsync(answer));
        echo.Should().StartWith(method + " /echo\n");
        echo.EndsWith("\n\ndata", StringComparison.Ordinal).Should().Be(body);
        echo.Contains("content-type", StringComparison.Ordinal).Should().Be(body);
    }

    private async Task<HttpAnswer> SendAsync(string route, Func<RequestOptions, RequestOptions>? change = null) =>
        await _transport.SendAsync(Calls.Get(_server.Url(route), change), _redirects.Add, CancellationToken.None).WaitAsync(Calls.Soon);

    private async Task<TransferError> FailAsync(string route, Func<RequestOptions, RequestOptions>? change = null)
    {
        var send = () => SendAsync(route, change);
        return (await send.Should().ThrowAsync<TransferException>()).Which.Error;
    }
}
