using System.Globalization;
using System.Net;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Downloads;
using Ferry.Engine.Tests.Http;
using Ferry.Engine.Tests.Http.Profiles;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;
using Ferry.Testing.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>What counts as taken: answers that come before the body, instead of it, or from elsewhere.</summary>
public sealed class UploadAnswerTests : ConnectionTest, IAsyncLifetime
{
    private const int Large = 8 * 1024 * 1024;
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly List<string> _requests = [];
    private WebApplication? _server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is null)
            return;
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _server.StopAsync(atOnce.Token);
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("PUT", null)]
    [InlineData("PUT", false)]
    [InlineData("POST", false)]
    public async Task Http2_AnsweredBeforeTheBodyIsThere_IsNotTaken(string method, bool? expect)
    {
        var url = await ServeAsync(async c => _ = await c.Request.Body.ReadAsync(new byte[64 * 1024]), http2: true);

        var driver = await RunAsync(url, File(Large), method, expect, new RetryOptions { MaxRetries = 0 });

        Failed(driver).Message.Should().Contain("200").And.Contain("does not have the upload");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task Http2_AnsweredAndThenReset_IsNotTaken(string method)
    {
        var url = await ServeAsync(
            async c =>
            {
                await AnswerEarlyAsync(c);
                _ = await c.Request.Body.ReadAsync(new byte[64 * 1024]);
                c.Features.GetRequiredFeature<IHttpResetFeature>().Reset(2);
            },
            http2: true);

        Failed(await RunAsync(url, File(Large), method, expect: false, new RetryOptions { MaxRetries = 0 })).RetryCanHelp.Should().BeTrue();
    }

    [Fact]
    public async Task Http2_AnsweredEarly_TheSourceChangesUnderWay_IsNotTaken()
    {
        var answered = new TaskCompletionSource();
        var url = await ServeAsync(
            async c =>
            {
                await AnswerEarlyAsync(c);
                answered.TrySetResult();
                await DrainAsync(c);
            },
            http2: true);
        var file = Write("source", Content.Bytes(3, Large));

        var driver = Driver(Request(url, new FileData(file), "PUT", expect: false), gate: new WriterAtTheGate(file, answered.Task));
        await driver.RunAsync();

        Failed(driver).Code.Should().Be(ErrorCode.LocalReadFailed);
    }

    [Fact]
    public async Task Http2_AnsweredEarly_AStreamsLengthIsThatOfTheWhole()
    {
        var url = await ServeAsync(
            async c =>
            {
                await AnswerEarlyAsync(c);
                await DrainAsync(c);
            },
            http2: true);

        Completed(await RunAsync(url, new StreamData(new MemoryStream(new byte[3_000_000])), "PUT", expect: false)).Length.Should().Be(3_000_000);
    }

    [Fact]
    public async Task Http2_RefusedEarly_NothingMoreIsSentOnceItIsOver()
    {
        var (broke, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var url = await ServeAsync(
            async c =>
            {
                c.Response.StatusCode = 403;
                await c.Response.CompleteAsync();
                await goOn.Task;
                try
                {
                    await DrainAsync(c);
                }
                catch (IOException)
                {
                    broke.TrySetResult();
                }
            },
            http2: true);

        Failed(await RunAsync(url, File(Large), "POST", expect: false)).Code.Should().Be(ErrorCode.AccessDenied);

        goOn.TrySetResult();
        await broke.Task.WaitAsync(Calls.Soon);
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Http2_SentElsewhereBeforeTheBodyIsThere_TheFirstBodyIsStopped(int status)
    {
        var (arrived, first) = (new TaskCompletionSource(), new TaskCompletionSource<bool>());
        var url = await ServeAsync(
            async c =>
            {
                if (c.Request.Path != "/t")
                {
                    arrived.TrySetResult();
                    (await first.Task).Should().BeFalse();
                    await DrainAsync(c);
                    return;
                }
                (c.Response.StatusCode, c.Response.Headers.Location) = (status, "/elsewhere");
                await c.Response.CompleteAsync();
                await arrived.Task;
                first.TrySetResult(await GoesOnAsync(c));
            },
            http2: true);

        Completed(await RunAsync(url, File(Large), "PUT", expect: false, new RetryOptions { MaxRetries = 0 })).Length.Should().Be(Large);

        _requests.Should().Equal("PUT /t", "PUT /elsewhere");
    }

    private static async Task<bool> GoesOnAsync(HttpContext context)
    {
        try
        {
            await DrainAsync(context);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task SentElsewhereInsteadOfAsked_IsNotTaken(string method)
    {
        var url = await ServeAsync(c =>
        {
            (c.Response.StatusCode, c.Response.Headers.Location) = c.Request.Path == "/t" ? (303, "/login") : (200, default);
            return Task.CompletedTask;
        });

        var driver = await RunAsync(url, File(2 * 1024 * 1024), method, expect: true);

        Failed(driver).Message.Should().Contain("303").And.Contain("without taking the body");
        driver.State.Sent.Should().Be(0);
    }

    [Fact]
    public async Task TakenAndItsAnswerElsewhereIsNotThere_IsDone()
    {
        var url = await ServeAsync(async c =>
        {
            await DrainAsync(c);
            (c.Response.StatusCode, c.Response.Headers.Location) = c.Request.Path == "/t" ? (303, "/receipt") : (503, default);
        });

        var driver = await RunAsync(url, new TextData("{}"), "POST");

        Completed(driver).Length.Should().Be(2);
        driver.Results[^1].Should().BeOfType<AttemptFinished>().Which.Warnings.Should().ContainSingle().Which.Should().Contain("took the upload").And.Contain("503");
        _requests.Should().Equal("POST /t", "GET /receipt");
    }

    [Theory]
    [InlineData("PUT", false)]
    [InlineData("POST", true)]
    public async Task TakenAndTheConnectionIsResetWhileItsAnswerElsewhereIsFetched_IsNotSentAgain(string method, bool idempotent)
    {
        using var server = new ScriptedServer((_, request) => request.Contains(" /t ", StringComparison.Ordinal)
            ? "HTTP/1.1 303 See Other\r\nLocation: /receipt\r\nContent-Length: 0\r\n\r\n"
            : ScriptedServer.Reset);
        var driver = Driver(Validated(server.Url("/t"), new RequestOptions { Method = method, ExtraData = new BytesData([]), Idempotent = idempotent }));

        await driver.RunAsync();

        Completed(driver);
        driver.Results[^1].Should().BeOfType<AttemptFinished>().Which.Warnings.Should().ContainSingle().Which.Should().Contain("took the upload");
        server.Requests.Count(r => r.StartsWith(method, StringComparison.Ordinal)).Should().Be(1);
    }

    [Fact]
    public async Task TakenAndPausedWhileItsAnswerElsewhereIsFetched_IsDone()
    {
        TransferDriver? driver = null;
        var url = await ServeAsync(async c =>
        {
            await DrainAsync(c);
            if (c.Request.Path != "/t")
            {
                driver!.Tell(new StopAsked());
                await UntilGoneAsync(c);
                return;
            }
            (c.Response.StatusCode, c.Response.Headers.Location) = (303, "/receipt");
        });
        driver = Driver(Request(url, new TextData("{}"), "POST"));
        await driver.RunAsync();
        driver.State.Phase.Should().Be(TransferPhase.Paused);

        await driver.RunAsync();

        Completed(driver);
        _requests.Count(r => r == "POST /t").Should().Be(1);
    }

    [Fact]
    public async Task SentOnAndPausedBeforeItCameThere_IsNotInDoubt()
    {
        using var full = new SilentListener();
        full.Fill();
        var url = await ServeAsync(async c =>
        {
            await DrainAsync(c);
            (c.Response.StatusCode, c.Response.Headers.Location) = (307, full.Url());
        });
        var driver = Driver(Request(url, new TextData("{}"), "POST"));
        driver.OnRedirect = () => driver.Tell(new StopAsked());

        await driver.RunAsync();

        driver.Journal.Should().EndWith(new NothingSent(), "the first server did not take it, and the second never saw it");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task Crash_WhileItsAnswerIsRead_WasTaken(string method)
    {
        var url = await ServeAsync(async c =>
        {
            await DrainAsync(c);
            await AnswerEarlyAsync(c);
            await UntilGoneAsync(c);
        });
        var request = Request(url, new TextData("{}"), method);
        using var cut = new CancellationTokenSource();
        var first = Driver(request);
        first.OnFact = fact =>
        {
            if (fact is Checkpointed)
                cut.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.RunAsync(cutOff: cut.Token));
        await first.DisposeAsync();

        var driver = Driver(request, first.Journal);
        await driver.RunAsync();

        Completed(driver);
        _requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EmptyPost_NotAskedFor_GoesOutOnce(bool pooled)
    {
        using var server = new ScriptedServer((n, _) => pooled && n == 1 ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : null);
        if (pooled)
        {
            await using var first = await Transport.SendAsync(Calls.Get(server.Url("/a")), null, CancellationToken.None);
            await Calls.ReadAllAsync(first);
        }

        await RunAsync(server.Url("/b"), new BytesData([]), "POST", expect: true);

        server.Requests.Where(r => r.StartsWith("POST", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().NotContain("Expect");
    }

    [Fact]
    public async Task Post_TheServerHangsUpBeforeItsBodyBegan_IsTriedAgain()
    {
        var hangsUp = 5;
        var url = await ServeAsync(async c =>
        {
            if (Interlocked.Decrement(ref hangsUp) >= 0)
                c.Abort();
            else
                await DrainAsync(c);
        });

        Completed(await RunAsync(url, File(2 * 1024 * 1024), "POST", expect: true));
    }

    [Fact]
    public async Task PutThatMustNotReplace_Broken_IsNotRepeated()
    {
        var url = await ServeAsync(async c =>
        {
            await DrainAsync(c);
            c.Abort();
        });
        var options = new RequestOptions { Method = "PUT", ExtraData = new TextData("{}"), Headers = [new("If-None-Match", "*")] };

        var driver = Driver(Validated(url, options));
        await driver.RunAsync();

        Failed(driver).Side.Should().Be(ErrorSide.Network, "the file that a repetition would find is perhaps its own");
        _requests.Should().ContainSingle();
    }

    [Fact]
    public async Task AnswerOfExactlyMaxLimit_IsWhole()
    {
        var url = await ServeAsync(async c =>
        {
            await DrainAsync(c);
            await c.Response.WriteAsync("stored");
        });

        var driver = Driver(Validated(url, new RequestOptions { Method = "PUT", ExtraData = new TextData("{}"), MaxLimit = 6 }));
        await driver.RunAsync();

        driver.Results.OfType<AttemptFinished>().Single().Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Tus_409AfterTheLengthWasNoted_IsNotToldTwice()
    {
        var (offset, length, first) = (0L, (string?)null, true);
        var url = await ServeAsync(async c =>
        {
            var (asked, answer) = (c.Request.Headers, c.Response);
            answer.Headers["Tus-Extension"] = "creation,creation-defer-length";
            answer.Headers.Location = "/t/1";
            var told = asked["Upload-Length"].FirstOrDefault();
            if (c.Request.Method == "PATCH" && (told is null || length is null))
            {
                length ??= told;
                if (length is null || !first)
                    offset += await DrainAsync(c);
                answer.StatusCode = length is not null && first ? 409 : 204;
                first &= length is null;
            }
            else
                answer.StatusCode = c.Request.Method switch { "PATCH" => 400, "POST" => 201, _ => 200 };
            answer.Headers["Upload-Offset"] = offset.ToString(CultureInfo.InvariantCulture);
            if (length is not null)
                answer.Headers["Upload-Length"] = length;
        });
        var upload = new UploadOptions { Protocol = UploadProtocol.Tus, DeferLength = true, ChunkBytes = 4 };

        var driver = Driver(Validated(url, new RequestOptions { ExtraData = new TextData("0123456789") }, upload));
        await driver.RunAsync();

        Completed(driver);
        offset.Should().Be(10);
    }

    private static async Task AnswerEarlyAsync(HttpContext context)
    {
        await context.Response.WriteAsync("x");
        await context.Response.Body.FlushAsync();
    }

    private static async Task<long> DrainAsync(HttpContext context)
    {
        using var counted = new MemoryStream();
        await context.Request.Body.CopyToAsync(counted);
        return counted.Length;
    }

    private static async Task UntilGoneAsync(HttpContext context) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static CompletedOutcome Completed(TransferDriver driver) => driver.State.Outcome.Should().BeOfType<CompletedOutcome>().Subject;

    private static TransferError Failed(TransferDriver driver) => driver.State.Outcome.Should().BeOfType<FailedOutcome>().Subject.Error;

    private FileData File(int size) => new(Write("file.bin", Content.Bytes(3, size)));

    private async Task<string> ServeAsync(RequestDelegate answer, bool http2 = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.Listen(IPAddress.Loopback, 0, l =>
            {
                if (!http2)
                    return;
                l.Protocols = HttpProtocols.Http2;
                l.UseHttps(h => h.ServerCertificate = Own(Authority.Issue()));
            });
        });
        _server = builder.Build();
        _server.Run(c =>
        {
            lock (_requests)
                _requests.Add($"{c.Request.Method} {c.Request.Path}");
            return answer(c);
        });
        await _server.StartAsync();
        var port = new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return http2 ? $"https://localhost:{port}/t" : $"http://127.0.0.1:{port}/t";
    }

    private ValidatedRequest Request(string url, RequestData data, string method, bool? expect = null, RetryOptions? retry = null) =>
        Validated(url, Trusting(new RequestOptions { Method = method, ExtraData = data, ExpectContinue = expect, Retry = retry }));

    private static ValidatedRequest Validated(string url, RequestOptions options, UploadOptions? upload = null)
    {
        var result = RequestValidation.Validate(
            new TransferRequest { Id = "u", Url = url, Upload = upload ?? new UploadOptions(), Options = options, Destination = new MemoryDestination() },
            () => throw new InvalidOperationException());
        result.Problems.Should().BeEmpty();
        return result.Request!;
    }

    private TransferDriver Driver(ValidatedRequest request, IEnumerable<TransferFact>? journal = null, IByteGate? gate = null)
    {
        var settings = new TransferSettings { BootId = "boot-1" };
        return new(request, new TransferWorkFactory(Transport, settings, _time, gate ?? OpenGate.Instance), settings, _time, journal);
    }

    private async Task<TransferDriver> RunAsync(string url, RequestData data, string method, bool? expect = null, RetryOptions? retry = null)
    {
        var driver = Driver(Request(url, data, method, expect, retry));
        await driver.RunAsync();
        return driver;
    }

    /// <summary>Writes to the file in the middle, once the answer is there.</summary>
    private sealed class WriterAtTheGate(string path, Task answered) : IByteGate
    {
        private int _pieces;

        public int Grain => 16 * 1024;

        public async ValueTask WaitAsync(int bytes, CancellationToken cancellationToken)
        {
            if (++_pieces != 20)
                return;
            await answered.WaitAsync(cancellationToken);
            using var file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            await RandomAccess.WriteAsync(file, "other"u8.ToArray(), 100, cancellationToken);
        }
    }
}
