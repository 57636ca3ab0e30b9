using System.Text;
using Ferry.Engine.Cache;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Http;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>The response cache in its place: requests over a real connection, with a clock that stands still until moved.</summary>
public sealed class CachedWorkTests : IDisposable
{
    private const string Cacheable = "Cache-Control: max-age=60\r\nETag: \"v1\"\r\n";

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private readonly TransferSettings _settings = new() { BufferBytes = 4096 };
    private readonly ResponseCache _cache = new(new CacheSettings());
    private readonly HttpTransport _transport;
    private ScriptedServer _server = null!;

    public CachedWorkTests() => _transport = new HttpTransport(new TransportSettings(), _time);

    public void Dispose()
    {
        _transport.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Fresh_IsAnsweredWithoutTheServer_AsIfItHadCome()
    {
        Serve(_ => Ok(Cacheable + "Set-Cookie: a=1\r\n", "hello"));
        var first = await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(30));
        var second = await RunAsync();

        _server.Requests.Should().ContainSingle();
        Text(second).Should().Be("hello");
        second.State.Outcome.Should().Be(first.State.Outcome);
        var head = second.Heads.Should().ContainSingle().Which;
        head.Status.Should().Be(200);
        head.Field("set-cookie").Should().Be("a=1");
        head.Field("age").Should().Be("30");
        (Finished(first).FromCache, Finished(second).FromCache).Should().Be((false, true));
        second.State.Received.Should().Be(0, "nothing came over the network");
    }

    [Fact]
    public async Task Fresh_TheCallerGetsBytesOfItsOwn()
    {
        Serve(_ => Ok(Cacheable, "hello"));
        await RunAsync();
        var taken = await RunAsync();
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(taken.Body).Span.Fill((byte)'x');
        Text(await RunAsync()).Should().Be("hello");
    }

    [Fact]
    public async Task Fresh_ALargeBody_ReachesDataListenersInPieces()
    {
        var body = new string('b', 10_000);
        Serve(_ => Ok(Cacheable, body));
        await RunAsync();
        var run = await RunAsync();
        run.Chunks.Select(c => (c.Offset, c.Data.Length)).Should().Equal((0L, 4096), (4096L, 4096), (8192L, 1808));
        Text(run).Should().Be(body);
    }

    [Fact]
    public async Task Fresh_Chunked_AndCoded_IsDeliveredDecoded()
    {
        var coded = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(coded, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write("hello"u8);
        Serve(_ => Ok(Cacheable + "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n", Encoding.Latin1.GetString(coded.ToArray())));
        await RunAsync();
        var run = await RunAsync();
        _server.Requests.Should().ContainSingle();
        Text(run).Should().Be("hello");
        Finished(run).Identity.CanResume(trustLength: true).Should().BeFalse("its bytes are not those a range would count");
    }

    [Fact]
    public async Task Fresh_LargerThanThisRequestsMaxLimit_IsTooLarge()
    {
        Serve(_ => Ok(Cacheable, "hello"));
        await RunAsync();
        var run = await RunAsync(o => o with { MaxLimit = 4 });
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.TooLarge);
        _server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task UsingCacheFalse_AsksTheServer_AndStoresTheAnswer()
    {
        Serve(n => Ok(Cacheable, $"answer {n}"));
        await RunAsync();
        var second = await RunAsync(o => o with { UsingCache = false });
        Text(second).Should().Be("answer 2");
        _server.Requests[1].Should().NotContain("If-None-Match");
        Text(await RunAsync()).Should().Be("answer 2");
        _server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Stale_304_DeliversTheStoredBodyWith200_AndRenewsTheHeader()
    {
        Serve(n => n == 1
            ? Ok(Cacheable + "Last-Modified: Sat, 21 Nov 2026 11:00:00 GMT\r\nX-Version: one\r\n", "hello")
            : "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: max-age=600\r\nX-Version: two\r\n\r\n");
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(61));

        var run = await RunAsync();

        _server.Requests[1].Should().Contain("If-None-Match: \"v1\"").And.Contain("If-Modified-Since: Sat, 21 Nov 2026 11:00:00 GMT");
        var head = run.Heads.Should().ContainSingle().Which;
        (head.Status, head.Field("x-version"), head.Field("content-length"), head.Field("age")).Should().Be((200, "two", "5", null));
        Text(run).Should().Be("hello");
        Finished(run).FromCache.Should().BeTrue();
        run.State.Outcome.Should().Be(new CompletedOutcome(5, null, null));

        _time.Advance(TimeSpan.FromSeconds(599));
        Text(await RunAsync()).Should().Be("hello");
        _server.Requests.Should().HaveCount(2, "the 304 made it fresh for ten minutes");
    }

    [Fact]
    public async Task Stale_200_IsTheAnswer_AndTakesItsPlace()
    {
        Serve(n => Ok($"Cache-Control: max-age=60\r\nETag: \"v{n}\"\r\n", $"answer {n}"));
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(61));
        var run = await RunAsync();
        Text(run).Should().Be("answer 2");
        Finished(run).FromCache.Should().BeFalse();
        Text(await RunAsync()).Should().Be("answer 2");
        _server.Requests.Should().HaveCount(2);
        _cache.Count.Should().Be(1);
    }

    [Fact]
    public async Task Stale_503_IsTheAnswer_AndTheStoredOneIsKept()
    {
        Serve(n => n switch
        {
            1 => Ok(Cacheable, "hello"),
            2 => "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
            _ => "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n",
        });
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(61));
        (await RunAsync()).Heads.Single().Status.Should().Be(503);
        Text(await RunAsync()).Should().Be("hello");
    }

    [Fact]
    public async Task Stale_404_IsTheAnswer_AndTheStoredOneIsGone()
    {
        Serve(n => n == 1 ? Ok(Cacheable, "hello") : "HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n");
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(61));
        (await RunAsync()).Heads.Single().Status.Should().Be(404);
        _cache.Count.Should().Be(0);
    }

    [Fact]
    public async Task Stale_304OfAnotherVersion_IsNotBelieved()
    {
        Serve(n => n switch
        {
            1 => Ok(Cacheable, "old"),
            2 => "HTTP/1.1 304 Not Modified\r\nETag: \"v2\"\r\n\r\n",
            _ => Ok("Cache-Control: max-age=60\r\nETag: \"v2\"\r\n", "new"),
        });
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(61));
        var run = await RunAsync();
        Text(run).Should().Be("new");
        run.Heads.Should().ContainSingle().Which.Status.Should().Be(200);
        _server.Requests.Should().HaveCount(3);
        _server.Requests[2].Should().NotContain("If-None-Match");
    }

    [Fact]
    public async Task Stale_304AfterARedirect_IsNotBelieved()
    {
        Serve((n, request) => n switch
        {
            1 => Ok(Cacheable, "old"),
            _ when request.StartsWith("GET /x", StringComparison.Ordinal) => "HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n",
            _ when request.Contains("If-None-Match", StringComparison.Ordinal) => "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n",
            _ => Ok(Cacheable, "of y"),
        });
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(61));
        Text(await RunAsync()).Should().Be("of y");
        _cache.Count.Should().Be(0, "an answer behind a redirect is another URL's");
    }

    [Fact]
    public async Task NotModifiedThatForbidsStoring_DeliversTheBodyOnceMore_AndForgetsIt()
    {
        Serve(n => n == 1 ? Ok(Cacheable, "hello") : "HTTP/1.1 304 Not Modified\r\nCache-Control: no-store\r\n\r\n");
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(61));
        Text(await RunAsync()).Should().Be("hello");
        _cache.Count.Should().Be(0);
    }

    [Fact]
    public async Task NoStore_IsAskedEachTime()
    {
        Serve(n => Ok("Cache-Control: no-store\r\nETag: \"v1\"\r\n", $"answer {n}"));
        await RunAsync();
        Text(await RunAsync()).Should().Be("answer 2");
        _server.Requests[1].Should().NotContain("If-None-Match");
    }

    [Fact]
    public async Task RequestNoCache_AsksWhetherItHolds()
    {
        Serve(n => n == 1 ? Ok(Cacheable, "hello") : "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n");
        await RunAsync();
        Text(await RunAsync(o => o with { Headers = [new HeaderField("Cache-Control", "no-cache")] })).Should().Be("hello");
        _server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Fresh_AStored503_IsAnAnswer_AndNotRepeated()
    {
        Serve(_ => "HTTP/1.1 503 Busy\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\nbusy");
        await RunAsync();
        var run = await RunAsync(o => o with { Retry = new RetryOptions { MaxRetries = 3 } });
        run.Heads.Single().Status.Should().Be(503);
        Text(run).Should().Be("busy");
        _server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task RangeAsked_IsNotAnsweredFromTheCache()
    {
        Serve(n => Ok(Cacheable, $"answer {n}"));
        await RunAsync();
        await RunAsync(o => o with { ResumeFrom = 3 });
        _server.Requests.Should().HaveCount(2);
        Text(await RunAsync()).Should().Be("answer 1");
    }

    [Fact]
    public async Task Redirected_IsNotStored()
    {
        Serve((n, request) => request.StartsWith("GET /x", StringComparison.Ordinal)
            ? "HTTP/1.1 301 Moved\r\nCache-Control: max-age=60\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n"
            : Ok(Cacheable, "of y"));
        Text(await RunAsync()).Should().Be("of y");
        _cache.Count.Should().Be(0);
    }

    [Fact]
    public async Task PostRedirectedToAGetElsewhere_DropsNothingThere()
    {
        using var other = new ScriptedServer((_, _) => Ok(Cacheable, "other"));
        Serve((_, _) => $"HTTP/1.1 303 See Other\r\nLocation: {other.Url("/o")}\r\nContent-Length: 0\r\n\r\n");
        await RunAsync(url: other.Url("/o"));
        await RunAsync(o => o with { Method = "POST" });
        other.Requests.Should().HaveCount(2);
        _cache.Count.Should().Be(1);
    }

    [Fact]
    public async Task PostRedirectedAsAPostElsewhere_InvalidatesThere()
    {
        using var other = new ScriptedServer((_, _) => Ok(Cacheable, "other"));
        Serve((_, _) => $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {other.Url("/o")}\r\nContent-Length: 0\r\n\r\n");
        await RunAsync(url: other.Url("/o"));
        await RunAsync(o => o with { Method = "POST" });
        _cache.Count.Should().Be(0);
    }

    [Fact]
    public async Task OnlyIfCached_NothingStored_Is504WithoutTheServer()
    {
        Serve(_ => Ok(Cacheable, "hello"));
        var run = await RunAsync(o => o with { Headers = [new HeaderField("Cache-Control", "only-if-cached")] });
        run.State.Outcome.Should().Be(new CompletedOutcome(0, null, null));
        run.Heads.Single().Status.Should().Be(504);
        _server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task CallersOwnCondition_Its304IsTheCallers()
    {
        Serve(n => n == 1 ? Ok(Cacheable, "hello") : "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n");
        await RunAsync();
        var run = await RunAsync(o => o with { Headers = [new HeaderField("If-None-Match", "\"v1\"")] });
        run.Heads.Single().Status.Should().Be(304);
        run.Body.Length.Should().Be(0);
        Finished(run).FromCache.Should().BeFalse();
        Text(await RunAsync()).Should().Be("hello");
    }

    [Fact]
    public async Task AnotherUsersCookie_DoesNotGetTheStoredAnswer()
    {
        Serve(n => Ok(Cacheable, $"answer {n}"));
        await RunAsync(o => o with { Headers = [new HeaderField("Cookie", "user=ann")] });
        Text(await RunAsync(o => o with { Headers = [new HeaderField("Cookie", "user=bob")] })).Should().Be("answer 2");
        Text(await RunAsync(o => o with { Headers = [new HeaderField("Cookie", "user=ann")] })).Should().Be("answer 1");
    }

    [Theory]
    [InlineData("POST", "200 OK", "")]
    [InlineData("PUT", "204 No Content", "")]
    [InlineData("DELETE", "204 No Content", "")]
    [InlineData("PATCH", "201 Created", "")]
    [InlineData("POST", "303 See Other", "Location: /y\r\n")]
    [InlineData("POST", "307 Temporary Redirect", "Location: /y\r\n")]
    public async Task UnsafeMethod_AnsweredWithoutAnError_Invalidates(string method, string status, string fields)
    {
        Serve((n, request) => request.StartsWith($"{method} /x", StringComparison.Ordinal)
            ? $"HTTP/1.1 {status}\r\n{fields}{(status[..3] == "204" ? "" : "Content-Length: 0\r\n")}\r\n"
            : Ok(Cacheable, $"answer {n}"));
        await RunAsync();
        await RunAsync(o => o with { Method = method });
        _cache.Count.Should().Be(0);
        Text(await RunAsync()).Should().StartWith("answer ").And.NotBe("answer 1");
    }

    [Fact]
    public async Task UnsafeMethod_InvalidatesWhatLocationNames_OfItsOwnOriginAlone()
    {
        using var other = new ScriptedServer((_, _) => Ok(Cacheable, "other"));
        Serve((_, request) => request.StartsWith("POST", StringComparison.Ordinal)
            ? $"HTTP/1.1 201 Created\r\nLocation: {other.Url("/o")}\r\nContent-Location: /y\r\nContent-Length: 0\r\n\r\n"
            : Ok(Cacheable, "mine"));
        await RunAsync(url: other.Url("/o"));
        await RunAsync(url: _server.Url("/y"));
        await RunAsync(url: _server.Url("/z"));
        await RunAsync(o => o with { Method = "POST" });
        _cache.Count.Should().Be(2);
        await RunAsync(url: other.Url("/o"));
        other.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task UnsafeMethod_AnError_InvalidatesNothing()
    {
        Serve((_, request) => request.StartsWith("POST", StringComparison.Ordinal) ? "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n" : Ok(Cacheable, "hello"));
        await RunAsync();
        await RunAsync(o => o with { Method = "POST" });
        _cache.Count.Should().Be(1);
    }

    [Fact]
    public async Task ASlowGetThatAPostOvertakes_IsNotStored()
    {
        Serve((n, request) =>
        {
            // The change comes between this request and its answer.
            if (n == 1)
                _cache.Invalidate([new Uri(_server.Url("/x"))]);
            return Ok(Cacheable, $"answer {n}");
        });
        await RunAsync();
        Text(await RunAsync()).Should().Be("answer 2");
    }

    [Fact]
    public async Task Head_IsAnsweredByAStoredGet_WithoutItsBody()
    {
        Serve(_ => Ok(Cacheable, "hello"));
        await RunAsync();
        var run = await RunAsync(o => o with { Method = "HEAD" });
        _server.Requests.Should().ContainSingle();
        run.State.Outcome.Should().Be(new CompletedOutcome(0, null, null));
        run.Heads.Single().Field("content-length").Should().Be("5");
        run.Chunks.Should().BeEmpty();
    }

    [Theory]
    [InlineData("v1", 1)]
    [InlineData("v2", 0)]
    public async Task Head_FromTheServer_RenewsTheStoredGet_OrShowsThatItNoLongerHolds(string etag, int left)
    {
        Serve((n, _) => n == 1
            ? Ok(Cacheable, "hello")
            : $"HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nETag: \"{etag}\"\r\nContent-Length: 5\r\n\r\n");
        await RunAsync();
        await RunAsync(o => o with { Method = "HEAD", UsingCache = false });
        _time.Advance(TimeSpan.FromSeconds(100));
        var get = await RunAsync(o => o with { Headers = [new HeaderField("Cache-Control", "only-if-cached")] });
        get.Heads.Single().Status.Should().Be(left == 1 ? 200 : 504);
    }

    [Fact]
    public async Task BrokenBody_IsNotStored_NorWhatIsPutTogetherOfParts()
    {
        Serve(n => n switch
        {
            1 => "HTTP/1.1 200 OK\r\n" + Cacheable + "Content-Length: 10\r\nConnection: close\r\n\r\nhello",
            2 => "HTTP/1.1 206 Partial Content\r\n" + Cacheable + "Content-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\nworld",
            _ => Ok(Cacheable, "whole body"),
        });
        var run = await RunAsync(o => o with { Retry = new RetryOptions { MaxRetries = 3 } });
        Text(run).Should().Be("helloworld");
        _cache.Count.Should().Be(0);
    }

    [Fact]
    public async Task Chunks_AreAnsweredFromTheCache_AndNotStored()
    {
        Serve(n => Ok(Cacheable, $"answer {n}"));
        var stream = await RunAsync(destination: new ChunkDestination());
        _cache.Count.Should().Be(0);
        await RunAsync();
        var again = await RunAsync(destination: new ChunkDestination());
        Joined(stream).Should().Be("answer 1");
        Joined(again).Should().Be("answer 2");
        Finished(again).FromCache.Should().BeTrue();
        again.State.Outcome.Should().Be(new CompletedOutcome(8, null, null));
        _server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Chunks_Stopped_GoOnFromTheServer()
    {
        var body = new string('a', 6000) + new string('b', 4000);
        Serve((n, request) => n == 1
            ? Ok(Cacheable, body)
            : $"HTTP/1.1 206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes 4096-9999/10000\r\nContent-Length: 5904\r\n\r\n{body[4096..]}");
        await RunAsync();
        await using var driver = Driver(o => o, new ChunkDestination(), null);
        driver.OnChunk = (offset, token) =>
        {
            if (offset == 0)
                return ValueTask.CompletedTask;
            driver.Tell(new StopAsked());
            return new ValueTask(Task.Delay(Timeout.Infinite, token));
        };
        await driver.RunAsync();
        driver.State.Phase.Should().Be(TransferPhase.Paused);
        driver.State.Written.Should().Be(4096);

        driver.OnChunk = null;
        await driver.RunAsync();
        _server.Requests[1].Should().Contain("Range: bytes=4096-").And.Contain("If-Range: \"v1\"");
        Joined(driver).Should().Be(body);
    }

    [Fact]
    public async Task Files_BypassTheCache()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("ferry-").FullName, "f");
        try
        {
            Serve(n => Ok(Cacheable, $"answer {n}"));
            await RunAsync();
            await RunAsync(destination: new FileDestination(file));
            (await File.ReadAllTextAsync(file)).Should().Be("answer 2");
            Text(await RunAsync()).Should().Be("answer 1");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public async Task Deleted_EveryRequestGoesToTheServer()
    {
        Serve(n => Ok(Cacheable, $"answer {n}"));
        await RunAsync();
        await _cache.DeleteAsync();
        Text(await RunAsync()).Should().Be("answer 2");
        Text(await RunAsync()).Should().Be("answer 3");
    }

    private void Serve(Func<int, string?> script) => Serve((n, _) => script(n));

    private void Serve(Func<int, string, string?> script) => _server = new ScriptedServer(script);

    private string Ok(string fields, string body) =>
        $"HTTP/1.1 200 OK\r\nDate: {_time.GetUtcNow():r}\r\n{fields}Content-Length: {body.Length}\r\n\r\n{body}";

    private static string Text(TransferDriver run) => Encoding.UTF8.GetString(run.Body.Span);

    private static string Joined(TransferDriver run) => string.Concat(run.Chunks.Select(c => Encoding.UTF8.GetString(c.Data)));

    private static AttemptFinished Finished(TransferDriver run) => run.Results[^1].Should().BeOfType<AttemptFinished>().Subject;

    private async Task<TransferDriver> RunAsync(
        Func<RequestOptions, RequestOptions>? change = null, Destination? destination = null, string? url = null)
    {
        var driver = Driver(change, destination, url);
        await driver.RunAsync();
        await driver.DisposeAsync();
        return driver;
    }

    private TransferDriver Driver(Func<RequestOptions, RequestOptions>? change, Destination? destination, string? url)
    {
        var options = new RequestOptions();
        var result = RequestValidation.Validate(
            new TransferRequest
            {
                Id = "t",
                Url = url ?? _server.Url("/x"),
                Options = change?.Invoke(options) ?? options,
                Destination = destination ?? new MemoryDestination(),
            },
            () => throw new InvalidOperationException());
        result.Problems.Should().BeEmpty();
        return new TransferDriver(
            result.Request!, new TransferWorkFactory(_transport, _settings, _time, OpenGate.Instance, _cache), _settings, _time);
    }
}
