using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>Requests whose answer goes to memory or to subscribers.</summary>
public sealed class RequestWorkTests : IAsyncLifetime
{
    private const int Size = 1024 * 1024;
    private static readonly RequestOptions Retrying = new() { Retry = new RetryOptions { MaxRetries = 3 } };
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Theory]
    [InlineData("/good/f")]
    [InlineData("/chunked/f")]
    [InlineData("/gzip-anyway/f")]
    public async Task Memory_HoldsTheWholeBody(string route)
    {
        var run = await _f.RunAsync(_f.Request(route, new MemoryDestination()));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, null));
        run.Body.ToArray().Should().Equal(Content.Bytes(1, Size));
        run.Heads.Should().ContainSingle().Which.Status.Should().Be(200);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(503)]
    [InlineData(507)]
    public async Task Memory_AnErrorStatusIsAnAnswer(int status)
    {
        var run = await _f.RunAsync(_f.Request($"/error-page/f?status={status}", new MemoryDestination()));
        run.State.Outcome.Should().BeOfType<CompletedOutcome>();
        run.Heads.Should().ContainSingle().Which.Status.Should().Be(status);
        Encoding.UTF8.GetString(run.Body.Span).Should().Contain("html");
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    public async Task Memory_CodingNobodyDecodes_FailsAndThrowsNothing(string coding)
    {
        using var server = new Http.ScriptedServer((_, _) => $"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 2\r\n\r\nxx");
        var request = RequestValidation.Validate(
            new TransferRequest { Id = "t", Url = server.Url("/"), Destination = new MemoryDestination() }, () => throw new InvalidOperationException());
        var run = await _f.RunAsync(request.Request!);
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.Encoding);
    }

    [Fact]
    public async Task CodedBody_ReceivedCountsWhatCameOverTheNetwork()
    {
        var body = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(new byte[500_000]);
        var text = Encoding.Latin1.GetString(body.ToArray());
        using var server = new Http.ScriptedServer((_, _) => $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {text.Length}\r\n\r\n{text}");
        var request = RequestValidation.Validate(
            new TransferRequest { Id = "t", Url = server.Url("/"), Destination = new MemoryDestination() }, () => throw new InvalidOperationException());
        var run = await _f.RunAsync(request.Request!);
        run.Body.Length.Should().Be(500_000);
        run.State.Received.Should().Be(text.Length);
    }

    [Fact]
    public async Task Memory_RetryAsked_503IsRepeated()
    {
        var run = await _f.RunAsync(_f.Request("/503-times/f?n=2", new MemoryDestination(), Retrying));
        run.Heads.Should().ContainSingle().Which.Status.Should().Be(200);
        _f.Server.Requests.Count.Should().Be(3);
    }

    [Fact]
    public async Task Memory_RetryAsked_TheLast503IsTheAnswer()
    {
        var run = await _f.RunAsync(_f.Request("/503-times/f?n=9", new MemoryDestination(), Retrying));
        run.State.Outcome.Should().BeOfType<CompletedOutcome>();
        run.Heads.Should().ContainSingle().Which.Status.Should().Be(503);
        _f.Server.Requests.Count.Should().Be(4);
    }

    [Fact]
    public async Task Memory_NoRetryAsked_ABrokenBodyFails()
    {
        var run = await _f.RunAsync(_f.Request("/reset/f", new MemoryDestination()));
        var error = run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
        error.BytesKept.Should().Be(0);
        _f.Server.Requests.Count.Should().Be(1);
    }

    [Fact]
    public async Task Memory_RetryAsked_ABrokenBodyIsContinued()
    {
        var run = await _f.RunAsync(_f.Request("/short-body/f", new MemoryDestination(), Retrying));
        run.Body.ToArray().Should().Equal(Content.Bytes(1, Size));
        run.Plans[1].Precondition.Should().Be(Precondition.IfRange);
        run.State.Received.Should().Be(Size);
    }

    [Theory]
    [InlineData("/good/f")]
    [InlineData("/chunked/f")]
    [InlineData("/gzip-anyway/f")]
    public async Task Memory_LargerThanMaxLimit_IsTooLarge(string route)
    {
        var run = await _f.RunAsync(_f.Request(route, new MemoryDestination(), new RequestOptions { MaxLimit = Size - 1 }));
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.TooLarge);
    }

    [Fact]
    public async Task Memory_ExactlyMaxLimit_IsTaken()
    {
        var run = await _f.RunAsync(_f.Request("/good/f", new MemoryDestination(), new RequestOptions { MaxLimit = Size }));
        run.State.Outcome.Should().BeOfType<CompletedOutcome>();
    }

    [Fact]
    public async Task Memory_Head_HasNoBody()
    {
        var run = await _f.RunAsync(_f.Request("/good/f", new MemoryDestination(), new RequestOptions { Method = "HEAD" }));
        run.State.Outcome.Should().Be(new CompletedOutcome(0, null, null));
        run.Heads.Should().ContainSingle().Which.Field("content-length").Should().Be($"{Size}");
    }

    [Fact]
    public async Task Chunks_ComeInOrderWithoutAGap()
    {
        var run = await _f.RunAsync(_f.Request("/good/f", new ChunkDestination()));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, null));
        Joined(run).Should().Equal(Content.Bytes(1, Size));
    }

    [Fact]
    public async Task Chunks_RetryAsked_ABrokenBodyIsContinued_WithoutAGapOrARepetition()
    {
        var run = await _f.RunAsync(_f.Request("/reset/f", new ChunkDestination(), Retrying));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, null));
        Joined(run).Should().Equal(Content.Bytes(1, Size));
        run.Plans.Should().HaveCount(2);
    }

    [Fact]
    public async Task Chunks_ChangedMeanwhile_Fail()
    {
        var driver = _f.Driver(_f.Request("/short-body/f", new ChunkDestination(), Retrying));
        driver.OnAttempt = _ => _f.Server.Publish("/short-body/f", 2);
        await driver.RunAsync();
        driver.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.CannotResume);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chunks_OfAFileOrMemory_AreToldToo_AndASlowSubscriberSlowsTheSocket(bool file)
    {
        Destination destination = file ? new FileDestination(_f.Target) : new MemoryDestination();
        await using var driver = _f.Driver(_f.Request("/good/f?size=67108864", destination, new RequestOptions { MaxLimit = 100_000_000 }));
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        driver.OnChunk = async (_, token) =>
        {
            taken.TrySetResult();
            await released.Task.WaitAsync(token);
        };
        var run = driver.RunAsync();
        await taken.Task.WaitAsync(TimeSpan.FromSeconds(60));
        driver.Chunks.Should().BeEmpty("the first was not taken yet");
        released.SetResult();
        await run;
        driver.Chunks.Sum(c => (long)c.Data.Length).Should().Be(64 * Size);
    }

    [Fact]
    public async Task Stop_WhileASubscriberIsSlow_DoesNotClaimTheChunkItDidNotTake()
    {
        await using var driver = _f.Driver(_f.Request("/good/f"));
        driver.OnChunk = (offset, token) =>
        {
            if (offset < 200_000)
                return ValueTask.CompletedTask;
            driver.Tell(new StopAsked());
            return new ValueTask(Task.Delay(Timeout.Infinite, token));
        };
        await driver.RunAsync();
        driver.State.Phase.Should().Be(TransferPhase.Paused);
        driver.State.Written.Should().Be(driver.Chunks.Sum(c => c.Data.Length));

        driver.OnChunk = null;
        await driver.RunAsync();
        Joined(driver).Should().Equal(Content.Bytes(1, Size));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    private static byte[] Joined(TransferDriver run)
    {
        long expected = 0;
        foreach (var (offset, data) in run.Chunks)
        {
            offset.Should().Be(expected);
            expected += data.Length;
        }
        return run.Chunks.SelectMany(c => c.Data).ToArray();
    }
}
