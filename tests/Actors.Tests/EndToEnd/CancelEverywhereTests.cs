using System.Net;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Dns;
using Ferry.Testing.Server;
using Ferry.Testing.Tls;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>A cancel in every state a transfer can be in: one end, told once, and the server sees its socket closed.</summary>
public sealed class CancelEverywhereTests : TestKit, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryDirectory _home = new();
    private readonly SilentListener _silent = new();
    private MisbehavingServer _server = null!;
    private FerryEngine _engine = null!;
    private TransferSession _session = null!;
    private TestProbe _all = null!;

    public async Task InitializeAsync()
    {
        _server = await MisbehavingServer.StartAsync();
        await StartAsync(new FerryOptions { InMemory = true });
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _server.DisposeAsync();
        _silent.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Queued_NoSocketIsEverOpened()
    {
        await StartAsync(new FerryOptions { InMemory = true, MaxConcurrent = 0 });
        var task = _session.Fetch(Memory(_silent.Url()));
        await task.Accepted.WaitAsync(Patience);

        await CancelledOnceAsync(task);

        _silent.HasCaller.Should().BeFalse();
        OpenSockets.To(_silent.Port, "tcp").Should().Be(0);
    }

    [Fact]
    public async Task Resolving_EndsTheQuestion_AndNothingIsConnected()
    {
        await using var dns = DnsTestServer.Start(DnsBehaviour.Silent);
        var task = _session.Fetch(Memory($"http://silent.test:{_silent.Port}/", new RequestOptions { DnsServers = [dns.Address] }));
        await dns.NextAsync();

        await CancelledOnceAsync(task);

        await UntilAsync(() => OpenSockets.To(dns.Port, "udp") == 0);
        _silent.HasCaller.Should().BeFalse();
    }

    [Fact]
    public async Task Connecting_EndsTheSocket()
    {
        var others = _silent.Fill();
        var task = _session.Fetch(Memory(_silent.Url()));
        await UntilAsync(() => OpenSockets.To(_silent.Port, "tcp") == others + 1);

        await CancelledOnceAsync(task);

        await UntilAsync(() => OpenSockets.To(_silent.Port, "tcp") == others);
    }

    [Fact]
    public async Task NegotiatingTls_ClosesTheSocket()
    {
        var task = _session.Fetch(Memory(_silent.Url("https")));
        var (socket, hello) = await _silent.AcceptAsync();
        using var accepted = socket;
        hello[0].Should().Be('\x16', "a handshake record begins the hello");

        await CancelledOnceAsync(task);

        await SilentListener.EndOfAsync(accepted);
    }

    [Fact]
    public async Task WaitingForHeaders_ClosesTheSocket()
    {
        _server.Gate.HoldAnswers();
        var task = _session.Fetch(Memory(_server.Url("/good/f")));
        var request = await _server.Requests.ArrivalOf(1);

        await CancelledOnceAsync(task);

        await request.ClosedByClient.WaitAsync(Patience);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("chunks")]
    [InlineData("file")]
    public async Task Reading_ClosesTheSocket(string destination)
    {
        _server.Gate.HoldBodiesAfter(1000);
        var task = _session.Prepare(Memory(_server.Url("/good/f")) with
        {
            Destination = destination switch { "memory" => new MemoryDestination(), "chunks" => new ChunkDestination(), _ => File("f") },
        });
        var read = new TaskCompletionSource();
        task.On<DataReceived>(chunk =>
        {
            if (chunk.Offset + chunk.Data.Length == 1000)
                read.TrySetResult();
        });
        task.Start();
        await read.Task.WaitAsync(Patience);

        await CancelledOnceAsync(task);

        await _server.Requests.Last.ClosedByClient.WaitAsync(Patience);
        Directory.EnumerateFiles(_home.Path).Should().BeEmpty("what a cancelled download had is removed");
    }

    [Fact]
    public async Task WaitingToRetry_NothingIsSentAfterwards()
    {
        var task = _session.Prepare(Memory(_server.Url("/retry-after/f?seconds=3600")) with { Destination = File("f") });
        var waits = new TaskCompletionSource();
        task.On<TransferRetrying>(_ => waits.TrySetResult());
        task.Start();
        await waits.Task.WaitAsync(Patience);

        await CancelledOnceAsync(task);

        _server.Requests.Count.Should().Be(1);
        (await _engine.AskAsync<TransferStatistics>(new GetStatistics()).WaitAsync(Patience)).Cancelled.Should().Be(1);
    }

    [Fact]
    public async Task Verifying_LeavesNeitherTargetNorPart()
    {
        using var transport = new HttpTransport(new TransportSettings(), TimeProvider.System);
        var real = new TransferWorkFactory(transport, new TransferSettings(), TimeProvider.System, OpenGate.Instance);
        await StartAsync(new FerryOptions { InMemory = true, Work = new HeldVerifying(real) });
        var task = _session.Prepare(Memory(_server.Url("/good/f")) with { Destination = File("f") with { ComputeSha256 = true } });
        var verifies = new TaskCompletionSource();
        task.On<TransferStateChanged>(changed =>
        {
            if (changed.Phase is TransferPhase.Verifying)
                verifies.TrySetResult();
        });
        task.Start();
        await verifies.Task.WaitAsync(Patience);

        await CancelledOnceAsync(task);

        Directory.EnumerateFiles(_home.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task SendingABody_ToAServerThatReadsNothing_ClosesTheSocket()
    {
        const long size = 1L << 30;
        await using (var file = System.IO.File.Create(_home.File("body")))
            file.SetLength(size);
        var task = _session.Fetch(Memory(_silent.Url(), new RequestOptions { Method = "PUT", ExtraData = new FileData(_home.File("body")) }));
        var (socket, head) = await _silent.AcceptAsync();
        using var accepted = socket;
        head.Should().StartWith("PUT / HTTP/1.1");

        await CancelledOnceAsync(task);

        (await SilentListener.EndOfAsync(accepted)).Should().BeLessThan(size / 2);
    }

    [Fact]
    public async Task SendingABody_ThatGivesNothing_ClosesTheSocket()
    {
        using var never = new StallingStream();
        var task = _session.Fetch(Memory(_server.Url("/reads-nothing"), new RequestOptions { Method = "PUT", ExtraData = new StreamData(never) }));
        var request = await _server.Requests.ArrivalOf(1);
        await never.Asked.WaitAsync(Patience);

        await CancelledOnceAsync(task);

        await request.ClosedByClient.WaitAsync(Patience);
    }

    [Fact]
    public async Task OnHttp2_ItsStreamIsReset_AndAnotherOfTheConnectionGoesOn()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue();
        await System.IO.File.WriteAllTextAsync(_home.File("ca.pem"), authority.RootPem);
        await using var server = await TlsServer.StartAsync(new TlsServerSettings(certificate));
        var options = new RequestOptions { CaPath = _home.File("ca.pem"), UsingProtocol = HttpProtocol.Http2 };
        var (given, kept) = (server.Held.Of("/held?a"), server.Held.Of("/held?b"));
        var first = _session.Fetch(Memory(server.Url("/held?a"), options));
        await given.Began.WaitAsync(Patience);
        var second = _session.Fetch(Memory(server.Url("/held?b"), options));
        await kept.Began.WaitAsync(Patience);

        await CancelledOnceAsync(first);

        await given.Aborted.WaitAsync(Patience);
        kept.Aborted.IsCompleted.Should().BeFalse();
        kept.Release();
        (await second.AsTask().WaitAsync(Patience)).HttpVersion.Should().Be(HttpVersion.Version20);
        server.Requests.Select(r => r.Connection).Distinct().Should().ContainSingle();
        server.Connections.Should().Be(1);
    }

    private async Task StartAsync(FerryOptions options)
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        _engine = await FerryEngine.StartAsync(options);
        _session = new TransferSession(_engine);
        _all = CreateTestProbe(_engine.System);
        // The end is told to whoever subscribed to anything.
        _engine.Supervisor.Tell(new Subscribe(null, new Subscription(EventKinds.None)), _all.Ref);
        _all.ExpectMsg<object>(Patience);
    }

    private async Task CancelledOnceAsync(TransferTask task)
    {
        (await _session.Cancel(task).WaitAsync(Patience)).Done.Should().ContainSingle().Which.Phase.Should().Be(TransferPhase.Cancelled);

        (await task.Invoking(async t => await t.AsTask().WaitAsync(Patience)).Should().ThrowAsync<TransferException>())
            .Which.Error.Code.Should().Be((ErrorCode)2300042);
        _all.ExpectMsg<TransferCancelled>(Patience).Id.Should().Be(task.Id);
        // What the supervisor still had to say comes before its answer.
        _engine.Supervisor.Tell(new GetTransfer(task.Id), _all.Ref);
        _all.ExpectMsg<TransferStatus>(Patience).Phase.Should().Be(TransferPhase.Cancelled);
        _session.Tasks.Should().NotContain(task);
    }

    private Task UntilAsync(Func<bool> condition) => AwaitConditionAsync(() => Task.FromResult(condition()), Patience);

    private static TransferRequest Memory(string url, RequestOptions? options = null) =>
        new() { Url = url, Destination = new MemoryDestination(), Options = options ?? new RequestOptions() };

    private FileDestination File(string name) => new(_home.File(name));

    /// <summary>A body that gives a few bytes, and then nothing until the reader gives up.</summary>
    private sealed class StallingStream : MemoryStream
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _hasGiven;

        /// <summary>Ends when it is asked for more than it gave.</summary>
        public Task Asked => _asked.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_hasGiven)
            {
                _hasGiven = true;
                return Math.Min(100, buffer.Length);
            }
            _asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
