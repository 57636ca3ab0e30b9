using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Http;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>resumeFrom and resumeTo, from the option to what the caller gets.</summary>
public sealed class RangeOptionTests : IAsyncLifetime
{
    private const int Size = 1024 * 1024;
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Theory]
    [InlineData(100L, 199L, "bytes=100-199", 100)]
    [InlineData(100L, null, "bytes=100-", Size - 100)]
    [InlineData(null, 199L, "bytes=0-199", 200)]
    [InlineData(100L, 100L, "bytes=100-100", 1)]
    [InlineData(100L, 4294967296L, "bytes=100-4294967296", Size - 100)]
    public async Task Honoured_TheRangeIsAsked_AndItsBytesCome(long? from, long? to, string range, int length)
    {
        foreach (var chunks in new[] { false, true })
        {
            var run = await RunAsync("/good/f", from, to, chunks);
            run.State.Outcome.Should().Be(new CompletedOutcome(length, null, null));
            Bytes(run, chunks).Should().Equal(Content.Bytes(1, Size).AsSpan((int)(from ?? 0), length).ToArray());
            run.Heads.Should().ContainSingle().Which.Status.Should().Be(206);
            run.State.Identity!.Length.Should().Be(length);
            Finished(run).Warnings.Should().BeEmpty();
            var asked = _f.Server.Requests.Last;
            asked.Field("range").Should().Be(range);
            asked.Field("if-range").Should().BeNull();
            asked.Field("accept-encoding").Should().Be("identity");
        }
    }

    [Theory]
    [InlineData("/ignores-range/f", 100L, 199L, 100)]
    [InlineData("/ignores-range/f", 300_000L, null, Size - 300_000)]
    [InlineData("/ignores-range/f", null, 299_999L, 300_000)]
    [InlineData("/ignores-range/f", 1048000L, 9999999L, Size - 1048000)]
    [InlineData("/gzip-anyway/f", 300_000L, 700_000L, 400_001)]
    [InlineData("/ignores-range/f", 2000000L, null, 0)]
    public async Task Ignored_TheWholeIsCut_AndTheResponseSaysSo(string route, long? from, long? to, int length)
    {
        foreach (var chunks in new[] { false, true })
        {
            var run = await RunAsync(route, from, to, chunks);
            run.State.Outcome.Should().Be(new CompletedOutcome(length, null, null));
            Bytes(run, chunks).Should().Equal(Content.Bytes(1, Size).Skip((int)(from ?? 0)).Take(length));
            run.Heads.Should().ContainSingle().Which.Status.Should().Be(200);
            Finished(run).Warnings.Should().ContainSingle().Which.Should().Contain($"{from ?? 0}-{to}");
        }
    }

    [Fact]
    public async Task Ignored_AllThatIsWantedIsThere_TheRestIsNotWaitedFor()
    {
        _f.Server.Gate.HoldBodiesAfter(500_000);
        var run = await RunAsync("/ignores-range/f", 10, 399_999);
        run.Body.Length.Should().Be(399_990);
        run.State.Received.Should().BeLessThan(Size);
    }

    [Fact]
    public async Task Ignored_MaxLimitCountsWhatIsKept()
    {
        var run = await RunAsync("/ignores-range/f", 1_000_000, 1_000_999, maxLimit: 1000);
        run.State.Outcome.Should().Be(new CompletedOutcome(1000, null, null));
        var over = await RunAsync("/ignores-range/f", 1_000_000, 1_000_999, maxLimit: 999);
        over.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.TooLarge);
    }

    [Fact]
    public async Task ShorterPart_TheRestIsAskedUpToTheLastByte()
    {
        var run = await RunAsync("/shorter-206/f?most=300", 100, 899);
        run.Body.ToArray().Should().Equal(Content.Bytes(1, Size)[100..900]);
        _f.Server.Requests.All.Select(r => r.Field("range")).Should().Equal("bytes=100-899", "bytes=400-899", "bytes=700-899");
        _f.Server.Requests.All.Select(r => r.Field("if-range")).Should().Equal(null, "\"v1-1048576\"", "\"v1-1048576\"");
    }

    [Theory]
    [InlineData("/other-bytes/f")]
    [InlineData("/missing-content-range/f")]
    public async Task PartThatDoesNotMatch_Refused(string route)
    {
        var run = await RunAsync(route, 100, 199);
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.RangeNotHonoured);
        run.Body.Length.Should().Be(0);
    }

    [Fact]
    public async Task PartThatIsLonger_Refused()
    {
        using var server = new ScriptedServer((_, _) => "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-6/10\r\nContent-Length: 5\r\n\r\n23456");
        var run = await _f.RunAsync(Request(server.Url("/"), 2, 5));
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.RangeNotHonoured);
    }

    [Fact]
    public async Task PartWithoutATotal_IsTaken_AndAShorterWholeEndsIt()
    {
        using var server = new ScriptedServer((n, _) => n == 1
            ? "HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Range: bytes 2-4/*\r\nContent-Length: 3\r\n\r\n234"
            : "HTTP/1.1 416 Range Not Satisfiable\r\nETag: \"a\"\r\nContent-Range: bytes */5\r\nContent-Length: 0\r\n\r\n");
        var run = await _f.RunAsync(Request(server.Url("/"), 2, 9));
        run.State.Outcome.Should().Be(new CompletedOutcome(3, null, null));
        run.Body.ToArray().Should().Equal("234"u8.ToArray());
        server.Requests.Should().HaveCount(2);
        server.Requests[1].Should().Contain("Range: bytes=5-9");
    }

    [Theory]
    [InlineData("/good/f?size=50", 416)]
    [InlineData("/error-page/f?status=404", 404)]
    [InlineData("/error-page/f?status=503", 503)]
    public async Task OtherStatus_IsTheAnswer_Uncut(string route, int status)
    {
        var run = await RunAsync(route, 100, 105);
        run.State.Outcome.Should().BeOfType<CompletedOutcome>();
        run.Heads.Should().ContainSingle().Which.Status.Should().Be(status);
        Finished(run).Warnings.Should().BeEmpty();
        run.Body.Length.Should().Be(status == 416 ? 0 : 39);
    }

    [Theory]
    [InlineData(100_000L, 899_999L)]
    [InlineData(100_000L, null)]
    [InlineData(null, 899_999L)]
    public async Task Broken_GoesOnFromTheLastByte_WithinTheRange(long? from, long? to)
    {
        foreach (var chunks in new[] { false, true })
        {
            using var server = new ScriptedServer((n, request) =>
            {
                var (first, last) = AskedOf(request);
                var end = n == 1 ? first + 50_000 : last;
                return Part(first, last, end);
            });
            var run = await _f.RunAsync(Request(server.Url("/f"), from, to, chunks, retry: true));
            Bytes(run, chunks).Should().Equal(Content.Bytes(1, Size)[(int)(from ?? 0)..(int)((to ?? (Size - 1)) + 1)]);
            run.Plans.Should().HaveCount(2);
            run.Plans[1].From.Should().Be(50_000, "what is kept begins at zero with the first byte asked for");
            server.Requests[1].Should().Contain($"Range: bytes={(from ?? 0) + 50_000}-{to}").And.Contain("If-Range: \"a\"");
            run.State.Received.Should().Be((to ?? (Size - 1)) - (from ?? 0) + 1);
        }
    }

    [Fact]
    public async Task Broken_AnotherVersionMeanwhile_StartsAgainAtTheFirstByteAsked()
    {
        using var server = new ScriptedServer((n, request) => n switch
        {
            1 => Part(100, 199, 150),
            2 => "HTTP/1.1 200 OK\r\nETag: \"b\"\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd",
            _ => "HTTP/1.1 206 Partial Content\r\nETag: \"b\"\r\nContent-Range: bytes 100-101/102\r\nContent-Length: 2\r\n\r\nxy",
        });
        var run = await _f.RunAsync(Request(server.Url("/f"), 100, 199, retry: true));
        run.Body.ToArray().Should().Equal("xy"u8.ToArray());
        server.Requests[2].Should().Contain("Range: bytes=100-199").And.NotContain("If-Range");
    }

    [Fact]
    public async Task Broken_WithinAnIgnoredRange_ServerStillIgnoresIt_TheWholeIsCutAgain()
    {
        var whole = Content.Bytes(1, 1000);
        using var server = new ScriptedServer((n, _) =>
            $"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{Latin1(n == 1 ? whole[..500] : whole)}");
        var run = await _f.RunAsync(Request(server.Url("/f"), 100, 899, retry: true));
        run.Body.ToArray().Should().Equal(whole[100..900]);
        Finished(run).Warnings.Should().ContainSingle();
    }

    private static string Part(long first, long last, long end)
    {
        var bytes = Latin1(Content.Bytes(1, Size)[(int)first..(int)Math.Min(end, last + 1)]);
        var whole = end >= last;
        bytes = whole ? Latin1(Content.Bytes(1, Size)[(int)first..(int)(last + 1)]) : bytes;
        return $"HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Range: bytes {first}-{last}/{Size}\r\nContent-Length: {last - first + 1}\r\n"
            + $"Connection: close\r\n\r\n{bytes}";
    }

    private static (long First, long Last) AskedOf(string request)
    {
        var ends = request.Split("bytes=")[1].Split('\r')[0].Split('-');
        return (long.Parse(ends[0]), ends[1].Length == 0 ? Size - 1 : long.Parse(ends[1]));
    }

    private static string Latin1(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);

    private static AttemptFinished Finished(TransferDriver run) => run.Results[^1].Should().BeOfType<AttemptFinished>().Subject;

    private static byte[] Bytes(TransferDriver run, bool chunks)
    {
        if (!chunks)
            return run.Body.ToArray();
        run.Chunks.Select(c => c.Offset).Should().Equal(run.Chunks.Select((_, i) => run.Chunks.Take(i).Sum(c => (long)c.Data.Length)));
        return run.Chunks.SelectMany(c => c.Data).ToArray();
    }

    private Task<TransferDriver> RunAsync(string route, long? from, long? to, bool chunks = false, long maxLimit = 5 * 1024 * 1024) =>
        _f.RunAsync(Request(_f.Server.Url(route), from, to, chunks, maxLimit: maxLimit));

    private static ValidatedRequest Request(string url, long? from, long? to, bool chunks = false, bool retry = false, long maxLimit = 5 * 1024 * 1024)
    {
        var result = RequestValidation.Validate(
            new TransferRequest
            {
                Id = "t",
                Url = url,
                Destination = chunks ? new ChunkDestination() : new MemoryDestination(),
                Options = new RequestOptions
                {
                    ResumeFrom = from,
                    ResumeTo = to,
                    MaxLimit = maxLimit,
                    Retry = retry ? new RetryOptions { MaxRetries = 3 } : null,
                },
            },
            () => throw new InvalidOperationException());
        result.Problems.Should().BeEmpty();
        return result.Request!;
    }
}
