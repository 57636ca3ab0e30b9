using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>A process that was killed in the middle, and what the next one makes of the journal, the part file and the server's answer.</summary>
public sealed class ResumeTests : IAsyncLifetime
{
    private const int Size = 1024 * 1024;
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Theory]
    [InlineData("/good/f")]
    [InlineData("/date-only/f")]
    [InlineData("/no-total/f")]
    [InlineData("/chunked/f")]
    public async Task AfterCrash_GoesOnFromTheCheckpoint(string route)
    {
        var request = _f.Request(route, new FileDestination(_f.Target) { ComputeSha256 = true });
        var journal = await _f.CrashAfterAsync(request, 600_000);
        var kept = journal.OfType<Checkpointed>().Last().Written;
        var run = await _f.RunAsync(request, journal);
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, Content.Sha256(1, Size), _f.Target));
        run.State.ResumedFrom.Should().Be(kept);
        run.State.Received.Should().Be(Size - kept);
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Theory]
    [InlineData("/good/f")]
    [InlineData("/ignores-if-range/f")]
    [InlineData("/silently-ignores-if-range/f")]
    [InlineData("/date-only/f")]
    [InlineData("/no-validator/f")]
    [InlineData("/weak-etag/f")]
    [InlineData("/ignores-range/f")]
    [InlineData("/answers-200-to-if-range/f")]
    [InlineData("/bare-416/f")]
    public async Task ServerChangedTheFile_TheResultIsTheNewVersionWhole(string route)
    {
        var request = _f.Request(route, new FileDestination(_f.Target) { ComputeSha256 = true });
        var journal = await _f.CrashAfterAsync(request, 600_000);
        _f.Server.Publish(route, 2);
        var run = await _f.RunAsync(request, journal);
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, Content.Sha256(2, Size), _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(2, Size));
        run.Journal.OfType<Restarted>().Should().ContainSingle();
        run.State.ResumedFrom.Should().Be(0);
    }

    [Theory]
    [InlineData("/no-validator/f", RestartReason.NoValidator)]
    [InlineData("/weak-etag/f", RestartReason.NoValidator)]
    [InlineData("/ignores-range/f", RestartReason.RangesIgnored)]
    [InlineData("/wrong-content-range/f", RestartReason.RangeMangled)]
    [InlineData("/missing-content-range/f", RestartReason.RangeMangled)]
    [InlineData("/other-bytes/f", RestartReason.RangeMangled)]
    [InlineData("/silently-ignores-if-range/f", RestartReason.NoValidator)]
    public async Task CannotBeContinued_StartsFromZeroAndEndsWell(string route, RestartReason reason)
    {
        var request = _f.Request(route);
        var journal = await _f.CrashAfterAsync(request, 600_000);
        var run = await _f.RunAsync(request, journal);
        run.Journal.OfType<Restarted>().Should().Equal(new Restarted(reason));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task Answers200ToIfRange_IfMatchIsTriedOnceAndUsed()
    {
        var request = _f.Request("/answers-200-to-if-range/f");
        var journal = await _f.CrashAfterAsync(request, 600_000);
        var run = await _f.RunAsync(request, journal);
        run.Plans.Select(p => p.Precondition).Should().Equal(Precondition.IfRange, Precondition.IfMatch);
        run.Journal.OfType<Restarted>().Should().BeEmpty();
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task NoValidator_LengthTrusted_GoesOn()
    {
        var request = _f.Request("/no-validator/f", options: new RequestOptions { TrustLength = true });
        var journal = await _f.CrashAfterAsync(request, 600_000);
        var run = await _f.RunAsync(request, journal);
        run.State.ResumedFrom.Should().BeGreaterThan(0);
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(-1)]
    public async Task PartFileShorterOrGone_StartsFromZero(int length)
    {
        var request = _f.Request("/good/f");
        var journal = await _f.CrashAfterAsync(request, 600_000);
        if (length < 0)
            File.Delete(_f.PartPath);
        else
        {
            using var part = File.OpenHandle(_f.PartPath, FileMode.Open, FileAccess.Write);
            RandomAccess.SetLength(part, length);
        }
        var run = await _f.RunAsync(request, journal);
        run.Journal.OfType<Restarted>().Should().Equal(new Restarted(RestartReason.PartFileLost));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task AfterPowerLoss_OnlyFlushedBytesCount()
    {
        var request = _f.Request("/good/f", new FileDestination(_f.Target) { Durability = Durability.Process });
        var journal = await _f.CrashAfterAsync(request, 600_000);
        _f.Settings = _f.Settings with { BootId = "boot-2" };
        var run = await _f.RunAsync(request, journal);
        run.State.ResumedFrom.Should().Be(0, "nothing was flushed");
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task AnotherTransferTookThePartFileMeanwhile_ItsBytesAreNotSpliced()
    {
        var first = _f.Request("/good/f", id: "first");
        var journal = await _f.CrashAfterAsync(first, 300_000);
        await _f.CrashAfterAsync(_f.Request("/good/other?version=7", id: "second"), 900_000);

        var run = await _f.RunAsync(first, journal);
        run.Journal.OfType<Restarted>().Should().Equal(new Restarted(RestartReason.PartFileLost));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task AllBytesThereButNotChecked_NoRequestIsSent()
    {
        var request = _f.Request("/good/f", new FileDestination(_f.Target) { ComputeSha256 = true });
        using var cut = new CancellationTokenSource();
        var first = _f.Driver(request);
        first.OnFact = fact =>
        {
            if (fact is Checkpointed { Written: Size })
                cut.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.RunAsync(cutOff: cut.Token));
        await first.DisposeAsync();
        var requests = _f.Server.Requests.Count;
        var run = await _f.RunAsync(request, first.Journal);
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, Content.Sha256(1, Size), _f.Target));
        _f.Server.Requests.Count.Should().Be(requests);
    }

    [Fact]
    public async Task LengthUnknown_AllBytesThere_416Completes()
    {
        var request = _f.Request("/chunked/f");
        var whole = await _f.RunAsync(request);
        var journal = whole.Journal.TakeWhile(f => f is not Verified).ToList();
        File.Move(_f.Target, _f.PartPath);
        var run = await _f.RunAsync(request, journal);
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        run.State.Received.Should().Be(0);
        _f.Server.Requests.Last.Status.Should().Be(416);
    }

    [Fact]
    public async Task StopAndBegin_LosesNoByte()
    {
        var request = _f.Request("/good/f");
        _f.Server.Gate.HoldBodiesAfter(500_000);
        await using var driver = _f.Driver(request);
        driver.OnFact = fact =>
        {
            if (fact is not Checkpointed { Written: > 300_000 })
                return;
            driver.OnFact = null;
            driver.Tell(new StopAsked());
        };
        await driver.RunAsync();
        driver.State.Phase.Should().Be(TransferPhase.Paused);
        var kept = driver.State.Written;
        kept.Should().Be(driver.State.Received, "every byte that was received is kept");
        driver.State.Flushed.Should().Be(kept, "a graceful stop flushes");

        _f.Server.Gate.Release();
        await driver.RunAsync();
        driver.Plans[^1].From.Should().Be(kept);
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task Cancel_ClosesTheSocketAndRemovesThePartFile()
    {
        var request = _f.Request("/good/f");
        _f.Server.Gate.HoldBodiesAfter(500_000);
        await using var driver = _f.Driver(request);
        driver.OnFact = fact =>
        {
            if (fact is Checkpointed)
                driver.Tell(new CancelAsked(false));
        };
        await driver.RunAsync();
        driver.State.Outcome.Should().Be(new CancelledOutcome(false));
        // The body is held back, so only a closed connection can end the request.
        await _f.Server.Requests.Last.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        _f.Server.Requests.Last.BodySent.Should().BeLessThan(Size);
        Directory.GetFiles(_f.Directory).Should().BeEmpty();
    }

    [Fact]
    public async Task RememberedFinalUrlRefusesForAMoment_TheCallersUrlIsAsked_AndNoByteIsDropped()
    {
        const string Redirect = "HTTP/1.1 302 Found\r\nLocation: /final\r\nContent-Length: 0\r\n\r\n";
        using var server = new Http.ScriptedServer((n, _) => n switch
        {
            2 => "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 10\r\nConnection: close\r\n\r\n01234",
            3 => "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            5 => "HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789",
            _ => Redirect,
        });
        var request = RequestValidation.Validate(
            new TransferRequest { Id = "t", Url = server.Url("/start"), Destination = new FileDestination(_f.Target) },
            () => throw new InvalidOperationException()).Request!;
        var run = await _f.RunAsync(request);
        run.State.Outcome.Should().Be(new CompletedOutcome(10, null, _f.Target));
        (await File.ReadAllTextAsync(_f.Target)).Should().Be("0123456789");
        run.Journal.OfType<Restarted>().Should().BeEmpty();
        server.Requests.Select(r => r.Split(' ')[1]).Should().Equal("/start", "/final", "/final", "/start", "/final");
    }

    [Fact]
    public async Task Redirected_TheRestIsAskedAtTheFinalUrl()
    {
        var to = new Uri(_f.Server.Url("/good/f")).AbsoluteUri;
        var request = _f.Request("/redirect/x?to=" + Uri.EscapeDataString(to));
        var journal = await _f.CrashAfterAsync(request, 600_000);
        journal.OfType<Identified>().Last().Identity.FinalUrl.Should().Be(to);
        var run = await _f.RunAsync(request, journal);
        _f.Server.Requests.Last.Path.Should().Be("/good/f");
        run.Redirects.Should().BeEmpty();
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }
}
