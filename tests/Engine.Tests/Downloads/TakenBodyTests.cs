using System.Text;
using Ferry.Engine.Downloads;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Http;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>A server that answers 303 has carried a request out: what breaks after it has only the answer fetched again (RFC 9110 section 15.4.4).</summary>
public sealed class TakenBodyTests : IAsyncLifetime
{
    private const string Broken = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhe";
    private const string Unavailable = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    private const string Whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Theory]
    [InlineData("PUT", Broken)]
    [InlineData("PUT", Unavailable)]
    [InlineData("POST", Broken)]
    [InlineData("POST", null)]
    [InlineData("DELETE", Broken)]
    public async Task Retry_OnlyTheAnswerIsFetchedAgain(string method, string? second)
    {
        using var server = Server(second);

        var run = await _f.RunAsync(Request(server, method, new TextData("{}")));

        Lines(server).Should().Equal($"{method} /take{(method == "DELETE" ? "?{}" : "")}", "GET /answer", "GET /answer");
        Encoding.ASCII.GetString(run.Body.Span).Should().Be("hello");
        server.Requests[^1].Should().NotContain("Content-Type").And.NotContain("Content-Length");
    }

    [Fact]
    public async Task Retry_OfAStream_NeedsItNoMore()
    {
        using var server = Server(Broken);

        var run = await _f.RunAsync(Request(server, "PUT", new StreamData(new MemoryStream("{{}}"u8.ToArray()), 4)));

        run.State.Outcome.Should().BeOfType<CompletedOutcome>();
        Lines(server).Should().Equal("PUT /take", "GET /answer", "GET /answer");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task PausedAfterIt_GoesOnWithTheAnswer(string method)
    {
        using var server = Server(null);
        var driver = _f.Driver(Request(server, method, new TextData("{}")));
        driver.OnRedirect = () => driver.Tell(new StopAsked());

        await driver.RunAsync();
        driver.State.Phase.Should().Be(TransferPhase.Paused);
        driver.OnRedirect = null;
        await driver.RunAsync();

        driver.State.Outcome.Should().BeOfType<CompletedOutcome>();
        Lines(server).Should().ContainSingle(l => l.StartsWith(method, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retry_OnAnotherOrigin_CarriesNoSecret()
    {
        using var other = new ScriptedServer((n, _) => n == 1 ? Broken : Whole);
        using var server = new ScriptedServer((_, _) => $"HTTP/1.1 303 See Other\r\nLocation: {other.Url("/answer")}\r\nContent-Length: 0\r\n\r\n");
        var request = Request(server, "PUT", new TextData("{}"), new HeaderField("Authorization", "secret"));

        var run = await _f.RunAsync(request);

        run.State.Outcome.Should().BeOfType<CompletedOutcome>();
        server.Requests.Should().ContainSingle().Which.Should().Contain("secret");
        other.Requests.Should().HaveCount(2).And.OnlyContain(r => !r.Contains("secret"));
    }

    // The first request is taken, the second answered as given, and any other one whole.
    private static ScriptedServer Server(string? second) => new((n, _) => n switch
    {
        1 => "HTTP/1.1 303 See Other\r\nLocation: /answer\r\nContent-Length: 0\r\n\r\n",
        2 => second,
        _ => Whole,
    });

    private static ValidatedRequest Request(ScriptedServer server, string method, RequestData data, params HeaderField[] headers) => DownloadFixture.RequestTo(
        server.Url("/take"), new MemoryDestination(), new RequestOptions { Method = method, ExtraData = data, Headers = headers, Retry = new RetryOptions { MaxRetries = 2 } });

    // A body that was sent stands before the next request.
    private static IEnumerable<string> Lines(ScriptedServer server) => server.Requests.Select(r => r.Split(" HTTP/")[0].TrimStart('{', '}'));
}
