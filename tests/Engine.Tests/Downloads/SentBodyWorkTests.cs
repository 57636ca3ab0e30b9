using System.Text;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Http;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>Attempts that send a body: progress, and what a retry makes of it.</summary>
public sealed class SentBodyWorkTests : IAsyncLifetime
{
    private const int Large = 1024 * 1024 + 5;
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Progress_TheClockStands_OnlyTheExactEndIsTold_BeforeTheHeaders(bool lengthKnown)
    {
        RequestData data = lengthKnown ? new BytesData(Content.Bytes(1, Large)) : new StreamData(new MemoryStream(Content.Bytes(1, Large)));
        var run = await _f.RunAsync(_f.Request("/sink", new MemoryDestination(), Options(data)));
        Encoding.ASCII.GetString(run.Body.Span).Should().Be($"{Large} {Content.Sha256(1, Large)}");
        run.Sent.Should().Equal((Large, (long?)Large, 0));
    }

    [Fact]
    public void Progress_ComesAtItsPace_AndTheLastIsAlwaysTold()
    {
        var time = new ManualTimeProvider();
        var listener = new SendListener();
        var pacer = new SendPacer(listener, new TransferSettings { ProgressPeriod = TimeSpan.FromMilliseconds(250) }, time);
        pacer.Flush();
        listener.Told.Should().BeEmpty("nothing was sent");
        for (var sent = 10; sent <= 100; sent += 10)
        {
            pacer.Sent(sent, null);
            time.Advance(TimeSpan.FromMilliseconds(100));
        }
        listener.Told.Should().Equal((40L, (long?)null), (70L, null), (100L, null));
        pacer.Flush();
        listener.Told.Should().HaveCount(3, "it was told already");
        pacer.Sent(110, null);
        pacer.Flush();
        pacer.Sent(110, 110);
        pacer.Sent(110, 110);
        listener.Told.Skip(3).Should().Equal((110L, (long?)null), (110L, 110L));
    }

    [Fact]
    public async Task Retry_AFile_IsSentAgainWhole()
    {
        var path = Path.Combine(_f.Directory, "body.bin");
        await File.WriteAllBytesAsync(path, Content.Bytes(2, Large));
        var run = await _f.RunAsync(_f.Request("/503-times/f?n=1", new MemoryDestination(), Options(new FileData(path), retry: true)));
        run.State.Outcome.Should().BeOfType<CompletedOutcome>();
        _f.Server.Requests.All.Should().HaveCount(2).And.OnlyContain(r => r.Body.Length == Large);
        run.Sent.Should().HaveCount(2);
    }

    [Fact]
    public async Task Retry_AStream_BodyCannotBeSentAgain()
    {
        var data = new StreamData(new MemoryStream(new byte[100]));
        var run = await _f.RunAsync(_f.Request("/503-times/f?n=1", new MemoryDestination(), Options(data, retry: true)));
        var error = run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
        error.Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
        error.RetryCanHelp.Should().BeFalse();
        _f.Server.Requests.Count.Should().Be(1);
    }

    [Fact]
    public async Task Retry_AStreamThatNobodyReadYet_IsSent()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        using var server = new LateServer(port);
        var options = Options(new StreamData(new MemoryStream("late"u8.ToArray()), 4), retry: true);
        var request = RequestValidation.Validate(
            new TransferRequest { Id = "t", Url = $"http://127.0.0.1:{port}/", Destination = new MemoryDestination(), Options = options },
            () => throw new InvalidOperationException()).Request!;
        var driver = _f.Driver(request);
        driver.OnAttempt = _ => server.Start();
        await driver.RunAsync();
        driver.Results.Should().HaveCount(2);
        driver.Results[0].Should().BeOfType<AttemptBroke>().Which.Error.Code.Should().Be(ErrorCode.CannotConnect);
        Encoding.ASCII.GetString(driver.Body.Span).Should().Be("late");
    }

    [Fact]
    public async Task Connect_IsAnswered_WithoutReadingTheTunnel()
    {
        using var server = new ScriptedServer((_, _) => "HTTP/1.1 200 Connection established\r\n\r\nwhat follows is the tunnel");
        var request = RequestValidation.Validate(
            new TransferRequest { Id = "t", Url = server.Url("/"), Destination = new MemoryDestination(), Options = new RequestOptions { Method = "CONNECT" } },
            () => throw new InvalidOperationException()).Request!;
        var run = await _f.RunAsync(request);
        run.State.Outcome.Should().Be(new CompletedOutcome(0, null, null));
        run.Heads.Should().ContainSingle().Which.Status.Should().Be(200);
    }

    private static RequestOptions Options(RequestData data, bool retry = false) =>
        new() { Method = "PUT", ExtraData = data, Retry = retry ? new RetryOptions { MaxRetries = 3 } : null };

    /// <summary>A server that is not there at first, and echoes the body of one request with a length.</summary>
    private sealed class LateServer(int port) : IDisposable
    {
        private readonly System.Net.Sockets.TcpListener _listener = new(System.Net.IPAddress.Loopback, port);
        private bool _started;

        public void Start()
        {
            if (_started)
                return;
            _started = true;
            _listener.Start();
            _ = ServeAsync();
        }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            using var socket = await _listener.AcceptSocketAsync();
            var have = "";
            var buffer = new byte[4096];
            while (!have.EndsWith("\r\n\r\nlate", StringComparison.Ordinal))
                have += Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer));
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"u8.ToArray());
        }
    }

    private sealed class SendListener : IAttemptListener
    {
        public List<(long Sent, long? Total)> Told { get; } = [];

        public void OnSendProgress(long sent, long? total) => Told.Add((sent, total));

        public void OnRedirected(Redirect redirect)
        {
        }

        public void OnHeaders(AnswerHead head, ResourceIdentity identity)
        {
        }

        public void OnProgress(long written, long received)
        {
        }

        public void OnCheckpointDue(long written, long flushed)
        {
        }

        public ValueTask OnChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
