using System.Globalization;
using System.Security.Cryptography;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Downloads;
using Ferry.Engine.Transfers;
using Ferry.Testing.Uploads;
using Microsoft.AspNetCore.Http;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>Whole uploads by tus, on real sockets.</summary>
public sealed class TusUploadTests(UploadFixture fixture) : IClassFixture<UploadFixture>, IAsyncLifetime
{
    private readonly UploadFixture _f = fixture;

    private UploadServer Server => _f.Server;

    // Each test finds the server as it began.
    public Task InitializeAsync()
    {
        Server.Requests.Clear();
        Server.Forget();
        Server.Otherwise = (_, _) => Task.FromResult(false);
        Server.Extensions = "creation,creation-with-upload,creation-defer-length,termination";
        Server.Algorithms = null;
        Server.KnowsOptions = true;
        File.WriteAllBytes(_f.File, _f.Bytes);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Whole_CreatedThenSentInChunks_AcknowledgedBytesAreJournaled()
    {
        var driver = await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Chunk, Metadata = [new("filename", "größe.bin"), new("flag", "")] }));

        Completed(driver).Length.Should().Be(UploadFixture.Size);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Should().Equal(["OPTIONS", "POST", .. Enumerable.Repeat("PATCH", 6)]);
        var creation = Server.Requests.ElementAt(1);
        creation.Field("tus-resumable").Should().Be("1.0.0");
        creation.Field("upload-length").Should().Be($"{UploadFixture.Size}");
        creation.Field("upload-metadata").Should().Be("filename Z3LDtsOfZS5iaW4=,flag");
        Server.Requests.Where(r => r.Method == "PATCH").Should().OnlyContain(r => r.Field("content-type") == "application/offset+octet-stream" && r.Field("tus-resumable") == "1.0.0");
        driver.Journal.OfType<Checkpointed>().Select(c => c.Written).Should().BeInAscendingOrder().And.EndWith(UploadFixture.Size);
        driver.Results[^1].Sent.Should().Be(UploadFixture.Size);
        driver.Heads.Should().ContainSingle().Which.Status.Should().Be(204);
    }

    [Fact]
    public async Task Whole_UrlIsJournaledBeforeTheFirstByte()
    {
        var journaledAtFirstByte = -1;
        TransferDriver? driver = null;
        Server.Otherwise = (seen, _) =>
        {
            if (seen.Method == "PATCH" && journaledAtFirstByte < 0)
                journaledAtFirstByte = driver!.Journal.OfType<Identified>().Count(i => i.Identity.FinalUrl == Server.Url + seen.Path);
            return Task.FromResult(false);
        };

        driver = _f.Driver(_f.Tus());
        await driver.RunAsync();

        journaledAtFirstByte.Should().Be(1);
        driver.Journal.OfType<Identified>().Should().ContainSingle();
    }

    [Fact]
    public async Task Crash_GoesOnWithOneHeadFromWhatTheServerHas()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), 2 * UploadFixture.Chunk);
        Server.Requests.Clear();

        var driver = await _f.RunAsync(_f.Tus(), journal);

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Take(2).Should().Equal("HEAD", "PATCH");
        Server.Methods.Skip(1).Should().OnlyContain(m => m == "PATCH");
        driver.SendingFrom.Should().ContainSingle().Which.Should().BeGreaterThanOrEqualTo(2 * UploadFixture.Chunk);
        driver.State.Sent.Should().Be(UploadFixture.Size - driver.SendingFrom[0]);
    }

    [Fact]
    public async Task Crash_AfterTheCreation_TheSameUploadGoesOn()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), 0);
        Server.Requests.Clear();

        Completed(await _f.RunAsync(_f.Tus(), journal));

        Server.Methods.Should().NotContain("POST");
        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Crash_AfterTheLastByte_NothingIsSentAgain()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), UploadFixture.Size);
        Server.Requests.Clear();

        Completed(await _f.RunAsync(_f.Tus(), journal)).Length.Should().Be(UploadFixture.Size);

        Server.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeferredLength_BrokenBeforeItWasTold_IsToldThen(bool crash)
    {
        var upload = new UploadOptions { ChunkBytes = UploadFixture.Size, DeferLength = true, CreationWithUpload = true };
        var told = false;
        var cut = new CancellationTokenSource();
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method != "PATCH" || told)
                return Task.FromResult(false);
            told = true;
            seen.Field("upload-offset").Should().Be($"{UploadFixture.Size}", "only the length is left");
            if (crash)
                cut.Cancel();
            context.Abort();
            return Task.FromResult(true);
        };
        var driver = _f.Driver(_f.Tus(upload));
        if (crash)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driver.RunAsync(cutOff: cut.Token));
            await driver.DisposeAsync();
            driver = _f.Driver(_f.Tus(upload), [.. driver.Journal, new Checkpointed(UploadFixture.Size, UploadFixture.Size, "boot-1")]);
        }

        await driver.RunAsync();

        Completed(driver);
        Server.Requests.Last(r => r.Method == "PATCH").Field("upload-length").Should().Be($"{UploadFixture.Size}");
        Server.Methods.Count(m => m == "PATCH").Should().Be(2);
        driver.State.Identity!.Upload!.LengthDeferred.Should().BeFalse();
        cut.Dispose();
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Options_TheServerIsBusy_IsAskedAgainAndNotTakenForOneThatCanDoNothing(int status)
    {
        Server.Extensions += ",checksum";
        Server.Algorithms = "sha1";
        var busy = true;
        Server.Otherwise = (seen, context) =>
        {
            if (!busy)
                return Task.FromResult(false);
            busy = false;
            context.Response.Headers.RetryAfter = "7";
            return Answer(true, context, status);
        };

        var driver = await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Chunk, Checksum = true }));

        Completed(driver);
        Server.Methods.Take(3).Should().Equal("OPTIONS", "OPTIONS", "POST");
        driver.Journal.OfType<RetryScheduled>().Should().ContainSingle().Which.WholeOrigin.Should().BeTrue();
        Server.Requests.Where(r => r.Method == "PATCH").Should().OnlyContain(r => r.Fields.ContainsKey("upload-checksum"));
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("POST")]
    public async Task Prepare_ConnectionBreaksAndRetriesAreOff_NothingIsRepeated(string method)
    {
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method != method)
                return Task.FromResult(false);
            context.Abort();
            return Task.FromResult(true);
        };

        var driver = await _f.RunAsync(_f.Tus(options: new RequestOptions { Retry = new RetryOptions { MaxRetries = 0 } }));

        driver.State.Outcome.Should().BeOfType<FailedOutcome>();
        Server.Methods.Count(m => m == method).Should().Be(1);
    }

    [Fact]
    public async Task Resume_TheServerLostBytes_TheyAreSentAgainAndNotCounted()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), 3 * UploadFixture.Chunk);
        Server.Lose(UploadFixture.Chunk);
        var refuse = true;
        Server.Otherwise = (seen, context) => Answer(seen.Method == "PATCH" && refuse, context, 403);

        var driver = await _f.RunAsync(_f.Tus(), journal);

        driver.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.BytesKept.Should().Be(UploadFixture.Chunk);
        refuse = false;
        await driver.RunAsync(again: true);
        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Resume_TheServerKeepsItNoMore_IsCreatedAnew(int status)
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), UploadFixture.Chunk);
        Server.Forget();
        Server.Requests.Clear();
        Server.Otherwise = (seen, context) => Answer(seen.Method == "HEAD", context, status);

        var driver = await _f.RunAsync(_f.Tus(), journal);

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        driver.Journal.OfType<Restarted>().Should().ContainSingle().Which.Reason.Should().Be(RestartReason.UploadLost);
        Server.Methods.Take(3).Should().Equal("HEAD", "OPTIONS", "POST");
    }

    [Fact]
    public async Task Patch_404_IsCreatedAnew()
    {
        var first = true;
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method != "PATCH" || !first)
                return Task.FromResult(false);
            first = false;
            Server.Forget();
            return Answer(true, context, 404);
        };

        var driver = await _f.RunAsync(_f.Tus());

        Completed(driver);
        driver.Journal.OfType<Restarted>().Should().ContainSingle();
        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Patch_BrokenInTheMiddle_GoesOnFromWhatTheServerKept()
    {
        var first = true;
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != "PATCH" || !first)
                return false;
            first = false;
            await Server.BreakAfterAsync(context, 20_000);
            return true;
        };

        var driver = await _f.RunAsync(_f.Tus());

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        driver.Journal.OfType<RetryScheduled>().Should().ContainSingle();
        driver.SendingFrom.Should().Equal(0, 20_000);
    }

    [Fact]
    public async Task Patch_409_AsksForTheOffsetAndGoesOn()
    {
        var patches = 0;
        Server.Otherwise = (seen, context) => Answer(seen.Method == "PATCH" && ++patches == 2, context, 409);

        var driver = await _f.RunAsync(_f.Tus());

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Should().ContainInOrder("PATCH", "PATCH", "HEAD", "PATCH");
        driver.Journal.OfType<RetryScheduled>().Should().BeEmpty();
    }

    [Fact]
    public async Task Patch_409AlwaysAgain_RetriesThenFails()
    {
        Server.Otherwise = (seen, context) => Answer(seen.Method == "PATCH", context, 409);

        var driver = await _f.RunAsync(_f.Tus(options: new RequestOptions { Retry = new RetryOptions { MaxRetries = 2 } }));

        var error = Failed(driver);
        (error.Code, error.HttpStatus).Should().Be((ErrorCode.UploadFailed, 409));
        driver.Journal.OfType<RetryScheduled>().Should().HaveCount(2);
    }

    [Theory]
    [InlineData(423)]
    [InlineData(460)]
    [InlineData(503)]
    public async Task Patch_LockedOrDamagedOrBusy_IsTriedAgain(int status)
    {
        var patches = 0;
        Server.Otherwise = (seen, context) => Answer(seen.Method == "PATCH" && ++patches == 3, context, status);

        var driver = await _f.RunAsync(_f.Tus());

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        driver.Journal.OfType<RetryScheduled>().Should().ContainSingle().Which.Error.HttpStatus.Should().Be(status);
    }

    [Fact]
    public async Task Patch_412OtherVersion_FailsAndNamesIt()
    {
        Server.Otherwise = (seen, context) =>
        {
            context.Response.Headers["Tus-Version"] = "2.0.0";
            return Answer(seen.Method == "PATCH", context, 412);
        };

        Failed(await _f.RunAsync(_f.Tus())).Message.Should().Contain("2.0.0").And.Contain("1.0.0");
    }

    [Fact]
    public async Task Patch_ServerTakesLess_TheRestIsSent()
    {
        var patches = 0;
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != "PATCH" || ++patches != 1)
                return false;
            await Server.KeepAsync(context, 1000);
            context.Response.StatusCode = 204;
            context.Response.Headers["Upload-Offset"] = "1000";
            return true;
        };

        Completed(await _f.RunAsync(_f.Tus()));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("999999999")]
    [InlineData("x")]
    [InlineData("")]
    public async Task Patch_OffsetThatCannotBe_FailsAndClaimsNothing(string offset)
    {
        Server.Otherwise = (seen, context) =>
        {
            context.Response.Headers["Upload-Offset"] = offset;
            return Answer(seen.Method == "PATCH", context, 204);
        };

        var driver = await _f.RunAsync(_f.Tus());

        Failed(driver).Code.Should().Be(ErrorCode.InvalidAnswer);
        driver.State.Written.Should().Be(0);
    }

    [Fact]
    public async Task Checksum_ServerHasIt_EachChunkCarriesItsDigest()
    {
        Server.Extensions += ",checksum";
        Server.Algorithms = "md5,sha1,sha256";

        Completed(await _f.RunAsync(_f.Tus()));

        foreach (var patch in Server.Requests.Where(r => r.Method == "PATCH"))
        {
            var from = int.Parse(patch.Field("upload-offset")!, CultureInfo.InvariantCulture);
            var sent = _f.Bytes.AsSpan(from, Math.Min(UploadFixture.Chunk, UploadFixture.Size - from));
            patch.Field("upload-checksum").Should().Be($"sha256 {Convert.ToBase64String(SHA256.HashData(sent))}");
        }
    }

    [Fact]
    public async Task Checksum_NotWantedOrNotThere_NoneIsSent()
    {
        Completed(await _f.RunAsync(_f.Tus()));
        Server.Extensions += ",checksum";
        Server.Algorithms = "sha1";
        Server.Forget();
        Completed(await _f.RunAsync(_f.Tus(new UploadOptions { Checksum = false })));

        Server.Requests.Should().NotContain(r => r.Field("upload-checksum") != null);
    }

    [Fact]
    public async Task DeferLength_IsToldWithTheLastChunk()
    {
        Completed(await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Chunk, DeferLength = true })));

        Server.Only.Should().Equal(_f.Bytes);
        Server.Requests.ElementAt(1).Field("upload-defer-length").Should().Be("1");
        Server.Requests.ElementAt(1).Field("upload-length").Should().BeNull();
        Server.Requests.Where(r => r.Method == "PATCH").Select(r => r.Field("upload-length")).Should().Equal([.. Enumerable.Repeat<string?>(null, 5), $"{UploadFixture.Size}"]);
    }

    [Fact]
    public async Task DeferLength_CrashAfterTheLastByteBeforeTheLength_TheLengthIsTold()
    {
        // The whole is there, and the server was never told that it is the whole.
        var request = _f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Size, DeferLength = true });
        var journal = await _f.CrashAfterAsync(request, 0);
        var told = false;
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method == "HEAD" && !told)
            {
                context.Response.Headers["Upload-Offset"] = $"{UploadFixture.Size}";
                context.Response.Headers["Upload-Defer-Length"] = "1";
                return Answer(true, context, 200);
            }
            if (seen.Method == "PATCH")
            {
                told = seen.Field("upload-length") == $"{UploadFixture.Size}";
                context.Response.Headers["Upload-Offset"] = $"{UploadFixture.Size}";
                return Answer(true, context, 204);
            }
            return Task.FromResult(false);
        };

        Completed(await _f.RunAsync(request, journal));

        told.Should().BeTrue();
    }

    [Fact]
    public async Task CreationWithUpload_TheFirstChunkGoesAlong()
    {
        var driver = await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Chunk, CreationWithUpload = true }));

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Should().Equal(["OPTIONS", "POST", .. Enumerable.Repeat("PATCH", 5)]);
        driver.SendingFrom.Should().Equal(UploadFixture.Chunk);
        driver.State.Sent.Should().Be(UploadFixture.Size);
    }

    [Fact]
    public async Task CreationWithUpload_AllInOne_NoFurtherRequest()
    {
        var driver = await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = 0, CreationWithUpload = true }));

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Should().Equal("OPTIONS", "POST");
    }

    [Fact]
    public async Task EmptyFile_IsCreatedAndThatIsAll()
    {
        await File.WriteAllBytesAsync(_f.File, []);

        Completed(await _f.RunAsync(_f.Tus())).Length.Should().Be(0);

        Server.Methods.Should().Equal("OPTIONS", "POST");
        Server.Only.Should().BeEmpty();
    }

    [Fact]
    public async Task ServerWithoutOptions_IsTakenAtItsAnswers()
    {
        Server.KnowsOptions = false;

        Completed(await _f.RunAsync(_f.Tus()));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Options_MaxSizeOrNoCreation_FailsBeforeAnythingIsSent()
    {
        Server.Otherwise = (seen, context) =>
        {
            context.Response.Headers["Tus-Max-Size"] = "1000";
            return Task.FromResult(false);
        };
        Failed(await _f.RunAsync(_f.Tus())).Message.Should().Contain("1000").And.Contain($"{UploadFixture.Size}");

        Server.Otherwise = (_, _) => Task.FromResult(false);
        Server.Extensions = "termination";
        Failed(await _f.RunAsync(_f.Tus())).Code.Should().Be(ErrorCode.UploadFailed);

        Server.Methods.Should().OnlyContain(m => m == "OPTIONS");
    }

    [Theory]
    [InlineData("OPTIONS", 0)]
    [InlineData("POST", 0)]
    [InlineData("HEAD", 1)]
    [InlineData("DELETE", 1)]
    public async Task Cancelled_WhateverItWaitsFor_TheConnectionIsClosedAtOnce(string method, int uploads)
    {
        var journal = uploads == 0 ? [] : await _f.CrashAfterAsync(_f.Tus(), UploadFixture.Chunk);
        var (came, closed) = (new TaskCompletionSource(), new TaskCompletionSource());
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != method)
                return false;
            came.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            closed.TrySetResult();
            return true;
        };
        var driver = _f.Driver(_f.Tus(), journal);
        if (method == "DELETE")
            driver.Tell(new CancelAsked(KeepPart: false));
        var run = driver.RunAsync();
        await came.Task;

        if (method == "DELETE")
            _f.Time.Advance(TimeSpan.FromSeconds(3));
        else
            driver.Tell(new CancelAsked(KeepPart: false));
        await run;
        await closed.Task;

        driver.State.Outcome.Should().Be(new CancelledOutcome(false));
    }

    [Fact]
    public async Task Cancelled_TheServerIsAskedToForgetIt()
    {
        var held = new TaskCompletionSource();
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != "PATCH")
                return false;
            held.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var driver = _f.Driver(_f.Tus());
        var run = driver.RunAsync();
        await held.Task;

        driver.Tell(new CancelAsked(KeepPart: false));
        await run;

        driver.State.Outcome.Should().Be(new CancelledOutcome(false));
        Server.Methods.Should().EndWith("DELETE");
        Server.Count.Should().Be(0);
    }

    [Fact]
    public async Task CancelledKeepingPart_StaysThereAndGoesOnLater()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), UploadFixture.Chunk);
        var driver = _f.Driver(_f.Tus(), journal);
        driver.Tell(new CancelAsked(KeepPart: true));
        await driver.RunAsync();
        Server.Methods.Should().NotContain("DELETE");

        var again = _f.Driver(_f.Tus(), driver.Journal);
        await again.RunAsync(again: true);

        Completed(again);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Count.Should().Be(1);
    }

    [Fact]
    public async Task SourceChangedBetweenKillAndResume_FailsAndIsNeverSpliced()
    {
        // The same length, the same modification time, another content, and that where no sample is taken.
        var noon = new DateTime(2026, 11, 25, 12, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_f.File, noon);
        var journal = await _f.CrashAfterAsync(_f.Tus(), 2 * UploadFixture.Chunk);
        Server.Requests.Clear();
        var other = _f.Bytes.ToArray();
        other[17_000] ^= 1;
        await File.WriteAllBytesAsync(_f.File, other);
        File.SetLastWriteTimeUtc(_f.File, noon);

        var driver = await _f.RunAsync(_f.Tus(), journal);

        var error = Failed(driver);
        error.Code.Should().Be(ErrorCode.LocalReadFailed);
        error.Message.Should().Contain(_f.File).And.Contain("changed").And.Contain("start it again");
        Server.Methods.Should().Equal("DELETE");

        await driver.RunAsync(again: true);
        Completed(driver);
        Server.Only.Should().Equal(other);
    }

    [Fact]
    public async Task SourceChangedWhileItIsSent_FailsBeforeItsLastByte()
    {
        var changed = false;
        Server.Otherwise = (seen, _) =>
        {
            if (seen.Method == "PATCH" && !changed)
            {
                changed = true;
                using var file = File.OpenHandle(_f.File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                RandomAccess.Write(file, "other"u8, UploadFixture.Size - 10);
            }
            return Task.FromResult(false);
        };

        var driver = await _f.RunAsync(_f.Tus());

        Failed(driver).Code.Should().Be(ErrorCode.LocalReadFailed);
        Server.Methods.Should().EndWith("DELETE");
    }

    [Fact]
    public async Task SourceGone_FailsAndKeepsWhatTheServerHas()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), 2 * UploadFixture.Chunk);
        var place = _f.File + ".elsewhere";
        File.Move(_f.File, place);

        var driver = await _f.RunAsync(_f.Tus(), journal);

        Failed(driver).BytesKept.Should().BeGreaterThanOrEqualTo(2 * UploadFixture.Chunk);
        Server.Methods.Should().NotContain("DELETE");
    }

    [Fact]
    public async Task Bytes_AreUploadedLikeAFile()
    {
        Completed(await _f.RunAsync(_f.Tus(data: new BytesData(_f.Bytes))));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Theory]
    [InlineData(true, UploadFixture.Size)]
    [InlineData(false, UploadFixture.Size)]
    [InlineData(false, 0)]
    [InlineData(false, 2 * UploadFixture.Chunk)]
    public async Task Stream_IsUploadedInPieces_LengthKnownOrNot(bool knowsLength, int size)
    {
        var bytes = _f.Bytes[..size];
        var data = new StreamData(new MemoryStream(bytes), knowsLength ? size : null);

        Completed(await _f.RunAsync(_f.Tus(data: data))).Length.Should().Be(size);

        Server.Only.Should().Equal(bytes);
        Server.Requests.Last().Field("upload-length").Should().Be(knowsLength ? null : $"{size}");
    }

    [Fact]
    public async Task Stream_ConnectionBreaks_ThePieceIsSentAgainFromMemory()
    {
        var patches = 0;
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != "PATCH" || ++patches != 2)
                return false;
            await Server.BreakAfterAsync(context, 5000);
            return true;
        };

        Completed(await _f.RunAsync(_f.Tus(data: new StreamData(new MemoryStream(_f.Bytes)))));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Stream_ServerLostWhatItAcknowledged_FailsSinceAStreamGivesNothingTwice()
    {
        var patches = 0;
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method != "PATCH" || ++patches != 3)
                return Task.FromResult(false);
            Server.Forget();
            return Answer(true, context, 404);
        };

        Failed(await _f.RunAsync(_f.Tus(data: new StreamData(new MemoryStream(_f.Bytes))))).Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
    }

    [Fact]
    public async Task LimitRate_IsKept()
    {
        var gate = new CountingGate();

        Completed(await RunGatedAsync(gate));

        gate.Passed.Should().Be(UploadFixture.Size);
        gate.Largest.Should().BeLessThanOrEqualTo(gate.Grain);
    }

    private async Task<TransferDriver> RunGatedAsync(IByteGate gate)
    {
        var driver = _f.Driver(_f.Tus(), gate: gate);
        await driver.RunAsync();
        return driver;
    }

    private static Task<bool> Answer(bool otherwise, HttpContext context, int status)
    {
        if (otherwise)
            context.Response.StatusCode = status;
        return Task.FromResult(otherwise);
    }

    private static CompletedOutcome Completed(TransferDriver driver) => driver.State.Outcome.Should().BeOfType<CompletedOutcome>().Subject;

    private static TransferError Failed(TransferDriver driver) => driver.State.Outcome.Should().BeOfType<FailedOutcome>().Subject.Error;

    private sealed class CountingGate : IByteGate
    {
        private long _passed;

        public int Grain => 1000;

        public long Passed => Interlocked.Read(ref _passed);

        public int Largest { get; private set; }

        public ValueTask WaitAsync(int bytes, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _passed, bytes);
            Largest = Math.Max(Largest, bytes);
            return ValueTask.CompletedTask;
        }
    }
}
