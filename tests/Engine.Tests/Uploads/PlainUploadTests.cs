using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Downloads;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;
using Ferry.Testing.Time;
using Ferry.Testing.Uploads;
using Microsoft.AspNetCore.Http;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>Uploads in one request, on real sockets.</summary>
public sealed class PlainUploadTests(UploadFixture fixture) : IClassFixture<UploadFixture>, IAsyncLifetime
{
    private readonly UploadFixture _f = fixture;

    private UploadServer Server => _f.Server;

    public Task InitializeAsync()
    {
        Server.Requests.Clear();
        Server.Forget();
        Server.Otherwise = (_, _) => Task.FromResult(false);
        File.WriteAllBytes(_f.File, _f.Bytes);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    [InlineData("GET")] // what a request has whose method nobody set
    public async Task Whole_IsSentInOneRequest_AndTheAnswerComesBack(string method)
    {
        var driver = await _f.RunAsync(_f.Plain(method));

        Completed(driver).Length.Should().Be(UploadFixture.Size);
        Server.Only.Should().Equal(_f.Bytes);
        var seen = Server.Requests.Should().ContainSingle().Subject;
        seen.Method.Should().Be(method == "GET" ? "PUT" : method);
        seen.Field("content-length").Should().Be($"{UploadFixture.Size}");
        seen.Field("content-type").Should().Be("application/octet-stream");
        driver.Body.ToArray().Should().Equal("stored"u8.ToArray());
        driver.Sent[^1].Should().Be((UploadFixture.Size, UploadFixture.Size, 0));
        driver.State.Sent.Should().Be(UploadFixture.Size);
        driver.Journal.OfType<Identified>().Should().ContainSingle().Which.Identity.Upload!.Source.Should().StartWith($"{UploadFixture.Size} ");
    }

    [Fact]
    public async Task Put_Broken_IsSentFromTheStartAgain()
    {
        var first = true;
        Server.Otherwise = async (_, context) =>
        {
            if (!first)
                return false;
            first = false;
            await context.Request.Body.ReadExactlyAsync(new byte[1000]);
            context.Abort();
            return true;
        };

        Completed(await _f.RunAsync(_f.Plain()));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Put_Crash_IsSentFromTheStartAndSaysSo()
    {
        var journal = await _f.CrashAfterAsync(_f.Plain(), 0);

        var driver = await _f.RunAsync(_f.Plain(), journal);

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        driver.Journal.OfType<Restarted>().Should().ContainSingle().Which.Reason.Should().Be(RestartReason.SentFromStart);
    }

    [Fact]
    public async Task Put_SourceChangedBetweenKillAndResume_Fails()
    {
        var journal = await _f.CrashAfterAsync(_f.Plain(), 0);
        await File.AppendAllTextAsync(_f.File, "more");
        Server.Requests.Clear();

        Failed(await _f.RunAsync(_f.Plain(), journal)).Message.Should().Contain("changed since its upload began");

        Server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Put_SourceChangedWhileItIsSent_TheServerNeverGetsItWhole()
    {
        var driver = _f.Driver(_f.Plain(), gate: new WriterAtTheGate(_f.File));

        await driver.RunAsync();

        Failed(driver).Message.Should().Contain("changed while it was sent");
        driver.State.Sent.Should().BeInRange(1, UploadFixture.Size - 1);
        Server.Count.Should().Be(0, "the body broke off before its end");
    }

    [Fact]
    public async Task Put_SourceChangedBeforeARedirectHasItSentAgain_Fails()
    {
        SendsElsewhere(307, () => File.AppendAllTextAsync(_f.File, "more"));

        Failed(await _f.RunAsync(_f.Plain())).Message.Should().Contain("changed since its upload began");

        Server.Count.Should().Be(0);
    }

    [Theory]
    [InlineData(UploadProtocol.Plain)]
    [InlineData(UploadProtocol.Tus)]
    public async Task SourceWrittenJustNow_IsLookedAtOnceALaterWriteWouldShow(UploadProtocol protocol)
    {
        var clock = new ManualTimeProvider(ChangedAt(_f.File));
        var driver = _f.Driver(protocol is UploadProtocol.Tus ? _f.Tus() : _f.Plain(), time: clock);
        var run = driver.RunAsync();

        while (clock.ArmedTimers == 0 && Server.Requests.IsEmpty)
            await Task.Yield();
        Server.Requests.Should().BeEmpty();
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await run;

        Completed(driver);
    }

    [Fact]
    public async Task Form_AFileIsWrittenToWhileAnotherOneSettles_IsNotSent()
    {
        var other = _f.File + ".2";
        do
        {
            File.WriteAllBytes(_f.File, _f.Bytes);
            do
                File.WriteAllBytes(other, [1]);
            while (ChangedAt(other) == ChangedAt(_f.File));
        }
        while (ChangedAt(other) - ChangedAt(_f.File) >= TimeSpan.FromMilliseconds(20));
        // The first is old enough, the second is not yet.
        var clock = new ManualTimeProvider(ChangedAt(_f.File).AddMilliseconds(20));
        var form = new RequestOptions { Method = "POST", MultiFormData = [.. new[] { _f.File, other }.Select(f => new FormPart("f", "text/plain") { FilePath = f })] };
        var driver = _f.Driver(_f.Request("/target", new UploadOptions(), form), time: clock);
        var run = driver.RunAsync();
        while (clock.ArmedTimers == 0 && !run.IsCompleted)
            await Task.Yield();

        await File.AppendAllTextAsync(_f.File, "more");
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await run;

        Failed(driver).Message.Should().Contain("changed since its upload began");
        Server.Requests.Should().BeEmpty();
    }

    private static DateTimeOffset ChangedAt(string path) => DateTimeOffset.UnixEpoch.AddTicks(new SourceFile(path).Status().Changed / 100);

    /// <summary>Writes to the file once its first piece was sent.</summary>
    private sealed class WriterAtTheGate(string path) : IByteGate
    {
        private bool _wrote;

        public int Grain => 16 * 1024;

        public async ValueTask WaitAsync(int bytes, CancellationToken cancellationToken)
        {
            if (_wrote)
                return;
            _wrote = true;
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            await RandomAccess.WriteAsync(file, "other"u8.ToArray(), UploadFixture.Size - 10, cancellationToken);
        }
    }

    [Fact]
    public async Task Post_CrashWhileItWasSent_IsNotSentAgain()
    {
        var journal = await _f.CrashAfterAsync(_f.Plain("POST"), 0);
        Server.Requests.Clear();

        var driver = await _f.RunAsync(_f.Plain("POST"), journal);

        Failed(driver).Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
        Server.Requests.Should().BeEmpty();

        // Whoever tries it again knows what that means.
        await driver.RunAsync(again: true);
        Completed(driver);
    }

    [Fact]
    public async Task Post_Broken_IsNotSentAgain()
    {
        Server.Otherwise = (_, context) =>
        {
            context.Abort();
            return Task.FromResult(true);
        };

        Failed(await _f.RunAsync(_f.Plain("POST")));

        Server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Post_CalledIdempotent_IsSentAgain()
    {
        var first = true;
        Server.Otherwise = (_, context) =>
        {
            var now = first;
            first = false;
            if (now)
                context.Response.StatusCode = 503;
            return Task.FromResult(now);
        };

        Completed(await _f.RunAsync(_f.Plain("POST", options: new RequestOptions { Idempotent = true })));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Theory]
    [InlineData(401, ErrorCode.Authentication)]
    [InlineData(403, ErrorCode.AccessDenied)]
    [InlineData(404, ErrorCode.RemoteFileNotFound)]
    [InlineData(405, ErrorCode.UploadFailed)]
    [InlineData(409, ErrorCode.UploadFailed)]
    [InlineData(413, ErrorCode.UploadFailed)]
    [InlineData(507, ErrorCode.RemoteDiskFull)]
    public async Task Refused_FailsWithWhatItMeans_AndIsNotRepeated(int status, ErrorCode code)
    {
        Server.Otherwise = async (_, context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = status;
            return true;
        };

        var error = Failed(await _f.RunAsync(_f.Plain()));

        (error.Code, error.HttpStatus).Should().Be((code, status));
        error.Message.Should().Contain(status is 413 ? "so much" : $"{status}");
        Server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Refused_FileMustNotExist_SaysThatItDoes()
    {
        Server.Otherwise = (_, context) =>
        {
            context.Response.StatusCode = 412;
            return Task.FromResult(true);
        };

        var error = Failed(await _f.RunAsync(_f.Plain(options: new RequestOptions { Headers = [new("If-None-Match", "*")], ExpectContinue = true })));

        error.Code.Should().Be(ErrorCode.RemoteFileExists);
    }

    [Fact]
    public async Task Expect_ServerRefuses_NoByteOfTheBodyIsSent()
    {
        Server.Otherwise = (_, context) =>
        {
            context.Response.StatusCode = 403;
            return Task.FromResult(true);
        };

        var driver = await _f.RunAsync(_f.Plain(options: new RequestOptions { ExpectContinue = true }));

        Failed(driver).Code.Should().Be(ErrorCode.AccessDenied);
        Server.Requests.Should().ContainSingle().Which.Field("expect").Should().Be("100-continue");
        driver.State.Sent.Should().Be(0);
    }

    [Fact]
    public async Task Expect_ServerKnowsNone_IsSentWithout()
    {
        Server.Otherwise = (seen, context) =>
        {
            context.Response.StatusCode = 417;
            return Task.FromResult(seen.Field("expect") is not null);
        };

        Completed(await _f.RunAsync(_f.Plain(options: new RequestOptions { ExpectContinue = true })));

        Server.Requests.Select(r => r.Field("expect")).Should().Equal("100-continue", null);
        Server.Only.Should().Equal(_f.Bytes);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task Cancelled_WhileItsBodyOrItsAnswerIsAwaited_TheConnectionIsClosedAtOnce(string method)
    {
        var gone = Server.HoldFrom(0);
        var driver = _f.Driver(_f.Plain(method, options: new RequestOptions { ExpectContinue = false }));
        var run = driver.RunAsync();
        var closed = await gone;

        driver.Tell(new CancelAsked(KeepPart: false));
        await run;
        await closed;

        driver.State.Outcome.Should().Be(new CancelledOutcome(false));
        Server.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData(null, 1024 * 1024, true)]
    [InlineData(null, (1024 * 1024) - 1, false)]
    [InlineData(false, 1024 * 1024, false)]
    public async Task Expect_ByDefaultOnlyOfALargeUpload(bool? wanted, int size, bool expected)
    {
        Completed(await _f.RunAsync(_f.Plain(data: new BytesData(Content(size)), options: new RequestOptions { ExpectContinue = wanted })));

        Server.Requests.Should().ContainSingle().Which.Fields.ContainsKey("expect").Should().Be(expected);
    }

    [Fact]
    public async Task Stream_RedirectedWith307_CannotBeSentAgain()
    {
        SendsElsewhere(307);

        var driver = await _f.RunAsync(_f.Plain(data: new StreamData(new MemoryStream(_f.Bytes))));

        Failed(driver).Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
    }

    [Fact]
    public async Task File_RedirectedWith307_IsSentThere()
    {
        SendsElsewhere(307);

        var driver = await _f.RunAsync(_f.Plain());

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        driver.State.Sent.Should().Be(2 * UploadFixture.Size);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    public async Task Post_RedirectedSoThatItsBodyWouldBeLost_Fails(int status)
    {
        Server.Otherwise = async (seen, context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = seen.Path == "/target" ? status : 200;
            context.Response.Headers.Location = "/elsewhere";
            return true;
        };

        Failed(await _f.RunAsync(_f.Plain("POST"))).Message.Should().Contain($"{Server.Url}/elsewhere").And.Contain($"{status}");

        Server.Methods.Should().Equal("POST");
    }

    [Fact]
    public async Task Multipart_IsStreamedFromItsFiles()
    {
        var request = _f.Request("/target", new UploadOptions(), new RequestOptions
        {
            Method = "POST",
            MultiFormData = [new FormPart("note", "text/plain") { Data = new TextData("hello") }, new FormPart("file", "application/octet-stream") { FilePath = _f.File }],
        });

        var driver = await _f.RunAsync(request);

        Completed(driver);
        Server.Requests.Should().ContainSingle().Which.Field("content-type").Should().StartWith("multipart/form-data; boundary=");
        Server.Only.AsSpan().IndexOf(_f.Bytes).Should().BePositive();
        driver.Journal.OfType<Identified>().Should().ContainSingle().Which.Identity.Length.Should().Be(Server.Only.Length);
    }

    [Fact]
    public async Task Answer_LongerThanMaxLimit_IsCutAndTheUploadIsDone()
    {
        var driver = await _f.RunAsync(_f.Plain(options: new RequestOptions { MaxLimit = 3 }));

        Completed(driver);
        driver.Body.ToArray().Should().Equal("sto"u8.ToArray());
        driver.Results[^1].Should().BeOfType<AttemptFinished>().Which.Warnings.Should().ContainSingle().Which.Should().Contain("maxLimit");
    }

    [Fact]
    public async Task Paused_IsResumedFromTheStart()
    {
        var held = new TaskCompletionSource();
        Server.Otherwise = async (_, context) =>
        {
            if (held.Task.IsCompleted)
                return false;
            held.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var driver = _f.Driver(_f.Plain(options: new RequestOptions { ExpectContinue = false }));
        var run = driver.RunAsync();
        await held.Task;
        driver.Tell(new StopAsked());
        await run;
        driver.State.Phase.Should().Be(TransferPhase.Paused);

        await driver.RunAsync();

        Completed(driver);
        driver.Journal.OfType<Restarted>().Should().ContainSingle().Which.Reason.Should().Be(RestartReason.SentFromStart);
        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Post_PausedWhileItConnects_IsNotInDoubt()
    {
        using var full = new SilentListener();
        full.Fill();
        var request = _f.Request(full.Url(), new UploadOptions(), new RequestOptions { Method = "POST", ExtraData = new FileData(_f.File) });
        var driver = _f.Driver(request);
        driver.OnFact = fact =>
        {
            if (fact is Identified)
                driver.Tell(new StopAsked());
        };

        await driver.RunAsync();

        driver.State.Phase.Should().Be(TransferPhase.Paused);
        driver.Results[^1].Should().BeOfType<AttemptStopped>();
        driver.Journal.Should().EndWith(new NothingSent());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Post_PausedWhileItsAnswerIsRead_WasTaken(int size)
    {
        var answered = new TaskCompletionSource();
        Server.Otherwise = async (_, context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 201;
            await context.Response.WriteAsync("sto");
            await context.Response.Body.FlushAsync();
            answered.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var driver = _f.Driver(_f.Plain("POST", new BytesData(Content(size))));
        driver.OnHead = () => driver.Tell(new StopAsked());
        await driver.RunAsync();
        await answered.Task;
        driver.State.Phase.Should().Be(TransferPhase.Paused);

        await driver.RunAsync();

        Completed(driver).Length.Should().Be(size);
        Server.Methods.Should().Equal("POST");
    }

    // Takes the body, and names another place for it.
    private void SendsElsewhere(int status, Func<Task>? meanwhile = null) => Server.Otherwise = async (seen, context) =>
    {
        if (seen.Path != "/target")
            return false;
        await context.Request.Body.CopyToAsync(Stream.Null);
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere";
        return true;
    };

    private static byte[] Content(int size) => Testing.Server.Content.Bytes(5, size);

    private static CompletedOutcome Completed(TransferDriver driver) => driver.State.Outcome.Should().BeOfType<CompletedOutcome>().Subject;

    private static TransferError Failed(TransferDriver driver) => driver.State.Outcome.Should().BeOfType<FailedOutcome>().Subject.Error;
}
