using Akka.Actor;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>What comes with the end of a request, over a real socket.</summary>
public sealed class ResponseTests : TestKit, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _home = new();
    private MisbehavingServer _server = null!;
    private FerryEngine _engine = null!;
    private int _runs;

    public async Task InitializeAsync()
    {
        _server = await MisbehavingServer.StartAsync();
        _engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = _home.File("data") });
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _server.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public void Memory_TheWholeResponse()
    {
        var response = Run("/echo/x", new MemoryDestination()).Response!;
        response.ResponseCode.Should().Be(200);
        response.ResultType.Should().Be(HttpDataType.String);
        response.Result.Should().BeOfType<string>().Which.Should().StartWith("GET /echo/x\n");
        response.Header["status-line"].Should().Equal("HTTP/1.1 200 OK");
        response.Header["content-type"].Should().Equal("text/plain");
        response.FinalUrl.AbsoluteUri.Should().Be(_server.Url("/echo/x"));
        response.HttpVersion.Should().Be(System.Net.HttpVersion.Version11);
        response.FromCache.Should().BeFalse();
        InOrder(response.PerformanceTiming);
    }

    [Fact]
    public void Memory_ExpectedType_AndWhatDidNotTakeEffect()
    {
        var bytes = Run("/echo/x", new MemoryDestination(), new RequestOptions { ExpectDataType = HttpDataType.ArrayBuffer }).Response!;
        bytes.Result.Should().BeOfType<byte[]>();
        var text = Run("/echo/x", new MemoryDestination(), new RequestOptions { ExpectDataType = HttpDataType.Object }).Response!;
        (text.ResultType, text.Warnings.Count).Should().Be((HttpDataType.String, 1));
    }

    [Fact]
    public void Memory_ErrorStatus_IsAnAnswer() =>
        Run("/error-page/x?status=503", new MemoryDestination()).Response!.ResponseCode.Should().Be(503);

    [Fact]
    public void Memory_Redirected_TheFinalUrlAndThePhase()
    {
        var response = Run("/redirect/x?to=/echo/there", new MemoryDestination()).Response!;
        response.FinalUrl.AbsolutePath.Should().Be("/echo/there");
        response.PerformanceTiming.RedirectTiming.Should().BePositive();
    }

    [Fact]
    public void Chunks_TheResponseWithoutAResult()
    {
        var response = Run("/good/x?size=1000", new ChunkDestination(), events: EventKinds.Data).Response!;
        response.ResponseCode.Should().Be(200);
        response.Result.Should().BeEquivalentTo(Array.Empty<byte>());
        response.Header.Should().ContainKey("etag");
        InOrder(response.PerformanceTiming);
    }

    [Fact]
    public void File_HasNone() => Run("/good/x?size=1000", new FileDestination(_home.File("f"))).Response.Should().BeNull();

    [Fact]
    public void AskedAgain_TheResponseIsHandedOverOnce()
    {
        Run("/echo/x", new MemoryDestination());
        var probe = CreateTestProbe(_engine.System);
        _engine.Supervisor.Tell(new Subscribe(TransferId.Parse("r1"), new Subscription(EventKinds.None)), probe.Ref);
        probe.FishForMessage<TransferCompleted>(_ => true, Patience).Response.Should().BeNull();
    }

    private TransferCompleted Run(string route, Destination destination, RequestOptions? options = null, EventKinds events = EventKinds.None)
    {
        var probe = CreateTestProbe(_engine.System);
        var request = new TransferRequest { Id = $"r{++_runs}", Url = _server.Url(route), Destination = destination, Options = options ?? new RequestOptions() };
        _engine.Supervisor.Tell(new StartTransfer(request, new Subscription(events, Credits: 100)), probe.Ref);
        return probe.FishForMessage<TransferCompleted>(_ => true, Patience);
    }

    private static void InOrder(PerformanceTiming timing)
    {
        new[]
        {
            0, timing.FirstSendTiming, timing.FirstReceiveTiming, timing.ResponseHeaderTiming, timing.ResponseBodyTiming, timing.TotalFinishTiming,
            timing.TotalTiming,
        }.Should().BeInAscendingOrder();
        timing.FirstSendTiming.Should().BePositive();
        timing.TlsTiming.Should().Be(0);
    }
}
