using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>Digests the server announces (rules 34 to 37; RFC 9530).</summary>
public sealed class AnnouncedDigestTests : IAsyncLifetime
{
    private const int Size = 1024 * 1024;
    private const int Cut = 512 * 1024;
    private static readonly RequestOptions Once = new() { Retry = new RetryOptions { MaxRetries = 0 } };
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    public static TheoryData<string, bool> Announcements { get; } = new()
    {
        { "repr-digest=sha-256", true },
        { "repr-digest=sha-512", true },
        { "content-digest=sha-256", true },
        { "repr-digest=md5-wrong", true },
        { "repr-digest=sha-256-wrong", false },
        { "repr-digest=sha-512-wrong", false },
        { "content-digest=sha-256-wrong", false },
    };

    [Theory]
    [MemberData(nameof(Announcements))]
    public async Task File_IsCheckedAgainstIt_AMismatchKeepsNothing(string query, bool good)
    {
        var run = await _f.RunAsync(_f.Request($"/good/f?{query}"));
        Judge(run, good, new CompletedOutcome(Size, null, _f.Target));
    }

    [Theory]
    [MemberData(nameof(Announcements))]
    public async Task Memory_IsCheckedAgainstIt(string query, bool good) =>
        Judge(await _f.RunAsync(_f.Request($"/good/f?{query}", new MemoryDestination())), good, new CompletedOutcome(Size, null, null));

    [Theory]
    [MemberData(nameof(Announcements))]
    public async Task Chunks_AreCheckedAgainstIt(string query, bool good) =>
        Judge(await _f.RunAsync(_f.Request($"/good/f?{query}", new ChunkDestination())), good, new CompletedOutcome(Size, null, null));

    [Fact]
    public async Task Chunks_OneNobodyTookComesAgain_AndIsCountedOnce()
    {
        var driver = _f.Driver(_f.Request("/good/f?repr-digest=sha-256", new ChunkDestination()));
        var stopped = false;
        driver.OnChunk = async (offset, token) =>
        {
            if (offset == 0 || stopped)
                return;
            stopped = true;
            driver.Tell(new StopAsked());
            await Task.Delay(Timeout.Infinite, token);
        };
        await driver.RunAsync();
        driver.State.Phase.Should().Be(TransferPhase.Paused);
        await driver.RunAsync();
        driver.Plans.Should().HaveCount(2).And.Subject.Last().From.Should().BePositive();
        driver.State.Outcome.Should().Be(new CompletedOutcome(Size, null, null));
    }

    [Theory]
    [InlineData("sha-256", true)]
    [InlineData("sha-512", true)]
    [InlineData("sha-512-wrong", false)]
    public async Task File_ResumedAfterACrash_TheWholeIsChecked(string digest, bool good)
    {
        var request = _f.Request($"/good/f?repr-digest={digest}");
        var journal = await _f.CrashAfterAsync(request, Cut);
        journal.OfType<Identified>().Should().ContainSingle().Which.Identity.ReprDigest.Should().StartWith(digest.Replace("-wrong", ""));
        var run = await _f.RunAsync(request, journal);
        run.Plans.Should().ContainSingle().Which.From.Should().BePositive();
        Judge(run, good, new CompletedOutcome(Size, null, _f.Target));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_EverythingWasThereBeforeTheCrash_TheJournaledDigestIsChecked(bool good)
    {
        var request = _f.Request("/good/f?repr-digest=sha-256" + (good ? "" : "-wrong"));
        var whole = _f.Driver(request);
        using var cut = new CancellationTokenSource();
        whole.OnAttempt = _ => cut.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => whole.RunAsync(cutOff: cut.Token));
        await whole.DisposeAsync();
        var identified = whole.Journal.OfType<Identified>().Single();
        var run = await _f.RunAsync(request, [identified, new Checkpointed(Size, Size, "boot-1")]);
        run.Plans.Should().BeEmpty("nothing is asked again");
        Judge(run, good, new CompletedOutcome(Size, null, _f.Target));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_OnlyTheResumedAnswerAnnouncesIt_TheWholeIsChecked(bool good)
    {
        var bytes = Content.Bytes(1, 1000);
        var digest = $"Repr-Digest: sha-256=:{Convert.ToBase64String(SHA256.HashData(good ? bytes : bytes[400..]))}:\r\n";
        using var server = Broken(bytes, _ => digest);
        Judge(await _f.RunAsync(To(server)), good, new CompletedOutcome(1000, null, _f.Target));
        server.Requests.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_ContentDigestOfAPart_CoversThatMessage(bool good)
    {
        var bytes = Content.Bytes(1, 1000);
        using var server = Broken(bytes, part => $"Content-Digest: sha-256=:{Convert.ToBase64String(SHA256.HashData(good ? part : bytes))}:\r\n");
        Judge(await _f.RunAsync(To(server)), good, new CompletedOutcome(1000, null, _f.Target));
    }

    [Theory]
    [InlineData("Repr-Digest", true)]
    [InlineData("Content-Digest", true)]
    [InlineData("Repr-Digest", false)]
    [InlineData("Content-Digest", false)]
    public async Task Coded_TheDigestIsOverTheCodedBytes(string field, bool good)
    {
        var coded = new MemoryStream();
        using (var gzip = new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Content.Bytes(1, 1000));
        var bytes = coded.ToArray();
        var digest = Convert.ToBase64String(SHA512.HashData(good ? bytes : Content.Bytes(1, 1000)));
        using var server = new Http.ScriptedServer((_, _) =>
            $"HTTP/1.1 200 OK\r\n{field}: sha-512=:{digest}:\r\nContent-Encoding: gzip\r\nContent-Length: {bytes.Length}\r\n\r\n{Encoding.Latin1.GetString(bytes)}");
        Judge(await _f.RunAsync(To(server)), good, new CompletedOutcome(1000, null, _f.Target));
        Judge(await _f.RunAsync(DownloadFixture.RequestTo(server.Url("/"), new MemoryDestination())), good, new CompletedOutcome(1000, null, null));
        Judge(await _f.RunAsync(DownloadFixture.RequestTo(server.Url("/"), new ChunkDestination())), good, new CompletedOutcome(1000, null, null));
    }

    [Fact]
    public async Task Head_AndAnswersWithoutABody_HaveNothingToCheck()
    {
        var request = _f.Request("/good/f?repr-digest=sha-256-wrong", new MemoryDestination(), new RequestOptions { Method = "HEAD" });
        (await _f.RunAsync(request)).State.Outcome.Should().BeOfType<CompletedOutcome>();
    }

    [Fact]
    public async Task Mismatch_ADownloadThatRestsDropsItsPartFile_AndIsNotRepeated()
    {
        var run = await _f.RunAsync(_f.Request("/good/f?repr-digest=sha-256-wrong", options: new RequestOptions { Retry = new RetryOptions { MaxRetries = 3 } }));
        var error = run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
        (error.RetryCanHelp, error.BytesKept).Should().Be((false, 0));
        _f.Server.Requests.Count.Should().Be(1);
    }

    [Fact]
    public async Task ComputeSha256_BesideAnAnnouncedSha512_IsTold()
    {
        var run = await _f.RunAsync(_f.Request("/good/f?repr-digest=sha-512", new FileDestination(_f.Target) { ComputeSha256 = true }));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, Content.Sha256(1, Size), _f.Target));
    }

    private void Judge(TransferDriver run, bool good, CompletedOutcome completed)
    {
        if (good)
        {
            run.State.Outcome.Should().Be(completed);
            return;
        }
        var error = run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
        (error.Code, error.Side, error.BytesKept).Should().Be((ErrorCode.InvalidAnswer, ErrorSide.Remote, 0));
        run.Body.Length.Should().Be(0);
        Directory.GetFileSystemEntries(_f.Directory).Should().BeEmpty();
    }

    private ValidatedRequest To(Http.ScriptedServer server) => DownloadFixture.RequestTo(
        server.Url("/f"), new FileDestination(_f.Target), Once with { Retry = new RetryOptions { MaxRetries = 1, BaseDelay = TimeSpan.Zero } });

    // The first answer breaks off in the middle; the second is the rest, with a field of the test's own.
    private static Http.ScriptedServer Broken(byte[] bytes, Func<byte[], string> field) => new((number, request) =>
    {
        const string tag = "ETag: \"v1\"\r\n";
        if (number == 1)
            return $"HTTP/1.1 200 OK\r\n{tag}Connection: close\r\nContent-Length: {bytes.Length}\r\n\r\n{Encoding.Latin1.GetString(bytes, 0, 400)}";
        request.Should().Contain("Range: bytes=400-");
        var part = bytes[400..];
        return $"HTTP/1.1 206 Partial Content\r\n{tag}{field(part)}Content-Range: bytes 400-{bytes.Length - 1}/{bytes.Length}\r\n"
            + $"Content-Length: {part.Length}\r\n\r\n{Encoding.Latin1.GetString(part)}";
    });
}
