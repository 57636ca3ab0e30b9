using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Downloads;

public sealed class FileDownloadTests : IAsyncLifetime
{
    private const int Size = 1024 * 1024;
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Theory]
    [InlineData("/good/f", Durability.Power)]
    [InlineData("/good/f", Durability.Process)]
    [InlineData("/chunked/f", Durability.Power)]
    [InlineData("/close-delimited/f", Durability.Power)]
    [InlineData("/early-hints/f", Durability.Power)]
    [InlineData("/no-validator/f", Durability.Power)]
    [InlineData("/weak-etag/f", Durability.Power)]
    [InlineData("/ignores-range/f", Durability.Power)]
    public async Task Fresh_WholeFileUnderTheTargetsName(string route, Durability durability)
    {
        var run = await _f.RunAsync(_f.Request(route, new FileDestination(_f.Target) { Durability = durability, ComputeSha256 = true }));

        var sha = Content.Sha256(1, Size);
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, sha, _f.Target));
        _f.Sha256OfTarget().Should().Be(sha);
        Directory.GetFiles(_f.Directory).Should().Equal(_f.Target);
        _f.Server.Requests.Count.Should().Be(1, "the first GET is the probe");
        _f.Server.Requests.Last.Field("Range").Should().BeNull();
        _f.Server.Requests.Last.Field("Accept-Encoding").Should().Match(e => e == null || e == "identity");
        run.State.Received.Should().Be(Size);
        run.Heads.Should().ContainSingle();
    }

    [Fact]
    public async Task Fresh_Empty_GivesAnEmptyFile()
    {
        var run = await _f.RunAsync(_f.Request("/empty/f"));
        run.State.Outcome.Should().Be(new CompletedOutcome(0, null, _f.Target));
        File.ReadAllBytes(_f.Target).Should().BeEmpty();
    }

    [Fact]
    public async Task GzipAnyway_IsStoredDecoded()
    {
        var run = await _f.RunAsync(_f.Request("/gzip-anyway/f"));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Theory]
    [InlineData("/error-page/f?status=404", ErrorCode.RemoteFileNotFound)]
    [InlineData("/error-page/f?status=403", ErrorCode.AccessDenied)]
    [InlineData("/401/f", ErrorCode.Authentication)]
    [InlineData("/304/f", ErrorCode.InvalidAnswer)]
    public async Task ErrorPage_NeverReachesTheDisk(string route, ErrorCode code)
    {
        var run = await _f.RunAsync(_f.Request(route));
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(code);
        Directory.GetFiles(_f.Directory).Should().BeEmpty();
        run.Heads.Should().BeEmpty();
    }

    [Theory]
    [InlineData("/503-times/f?n=2", 3)]
    [InlineData("/retry-after/f?seconds=120", 2)]
    [InlineData("/short-body/f", 2)]
    [InlineData("/cut-chunked/f", 2)]
    [InlineData("/reset/f", 2)]
    [InlineData("/closes-without-answer/f", 2)]
    public async Task BrokenAttempt_IsRepeatedAndEndsWell(string route, int requests)
    {
        var run = await _f.RunAsync(_f.Request(route));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
        _f.Server.Requests.Count.Should().Be(requests);
    }

    [Theory]
    [InlineData("/short-body/f")]
    [InlineData("/reset/f")]
    public async Task BrokenAttempt_GoesOnFromTheLastByteKept(string route)
    {
        var run = await _f.RunAsync(_f.Request(route));
        var kept = run.Results[0].Written;
        kept.Should().BeGreaterThan(0);
        run.Plans[1].From.Should().Be(kept);
        _f.Server.Requests.Last.Field("Range").Should().Be($"bytes={kept}-");
        _f.Server.Requests.Last.Field("If-Range").Should().NotBeNull();
        run.State.Received.Should().Be(Size);
    }

    [Fact]
    public async Task RetryAfter_IsWaitedFor()
    {
        var before = _f.Time.GetUtcNow();
        var run = await _f.RunAsync(_f.Request("/retry-after/f?seconds=120"));
        run.Journal.OfType<RetryScheduled>().Should().ContainSingle().Which.WholeOrigin.Should().BeTrue();
        (_f.Time.GetUtcNow() - before).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task NoRetries_ShortBody_FailsAndKeepsWhatCame()
    {
        var options = new RequestOptions { Retry = new RetryOptions { MaxRetries = 0 } };
        await using (var run = await _f.RunAsync(_f.Request("/short-body/f", options: options)))
        {
            var error = run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
            error.Code.Should().Be(ErrorCode.PartialFile);
            error.BytesKept.Should().BeGreaterThan(0).And.Be(new FileInfo(_f.PartPath).Length);
            File.Exists(_f.Target).Should().BeFalse();

            await run.RunAsync(again: true);
            run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        }
        _f.Server.Requests.BodySent.Should().BeLessThan(2 * Size);
    }

    [Fact]
    public async Task Sha256_Mismatch_KeepsNothing()
    {
        var run = await _f.RunAsync(_f.Request("/good/f", new FileDestination(_f.Target) { ExpectedSha256 = new string('0', 64) }));
        var error = run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
        error.Stage.Should().Be(ErrorStage.Verifying);
        error.BytesKept.Should().Be(0);
        Directory.GetFiles(_f.Directory).Should().BeEmpty();
    }

    [Fact]
    public async Task Sha256_Match_Completes()
    {
        var sha = Content.Sha256(1, Size);
        var run = await _f.RunAsync(_f.Request("/good/f", new FileDestination(_f.Target) { ExpectedSha256 = sha.ToUpperInvariant() }));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, sha, _f.Target));
    }

    [Fact]
    public async Task Shorter206_TheRestIsAskedFor()
    {
        var journal = await _f.CrashAfterAsync(_f.Request("/shorter-206/f?most=100000"), 300_000);
        var run = await _f.RunAsync(_f.Request("/shorter-206/f?most=100000"), journal);
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        run.Plans.Should().ContainSingle("a shorter answer is no failure");
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task Checkpoints_ClaimNoMoreThanWasFlushed()
    {
        var run = await _f.RunAsync(_f.Request("/good/f"));
        run.Checkpoints.Should().NotBeEmpty().And.OnlyContain(c => c.Flushed <= c.Written);
        run.Journal.OfType<Checkpointed>().Last().Should().Be(new Checkpointed(Size, Size, "boot-1"));
    }

    [Fact]
    public async Task ProcessDurability_ClaimsNothingFlushed()
    {
        var run = await _f.RunAsync(_f.Request("/good/f", new FileDestination(_f.Target) { Durability = Durability.Process }));
        run.Checkpoints.Should().NotBeEmpty().And.OnlyContain(c => c.Flushed == 0);
        run.Journal.OfType<Checkpointed>().Last().Should().Be(new Checkpointed(Size, 0, "boot-1"));
    }

    [Fact]
    public async Task LimitRate_ReadsInGrains_AndPausesOnTheClock()
    {
        var driver = _f.Driver(_f.Request("/good/f?size=100000", options: new RequestOptions { LimitRate = 100_000 }));
        var run = driver.RunAsync();
        var started = _f.Time.GetTimestamp();
        while (!run.IsCompleted)
        {
            if (_f.Time.UntilNextTimer is { } next && next <= TimeSpan.FromSeconds(1))
                _f.Time.Advance(next);
            await Task.Yield();
        }
        await run;
        _f.Time.GetElapsedTime(started).Should().BeCloseTo(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(150));
        driver.Chunks.Should().OnlyContain(c => c.Data.Length <= 10_000);
    }
}
