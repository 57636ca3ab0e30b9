using Akka.Actor;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>Subscribers of the data, over a real socket.</summary>
public sealed class StreamTests : TestKit, IAsyncLifetime
{
    private const int Size = 64 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _home = new();
    private MisbehavingServer _server = null!;
    private FerryEngine _engine = null!;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chunks_ComeInOrderAndWhole(bool toAFile)
    {
        const int small = 3 * 1024 * 1024 + 17;
        var probe = CreateTestProbe(_engine.System);
        Destination destination = toAFile ? new FileDestination(_home.File("f")) : new ChunkDestination();
        var request = new TransferRequest { Id = "s", Url = _server.Url($"/good/s?size={small}"), Destination = destination };
        _engine.Supervisor.Tell(new StartTransfer(request, new Subscription(EventKinds.Data | EventKinds.Headers, Credits: 2)), probe.Ref);
        probe.ExpectMsg<TransferAccepted>(Patience);
        probe.ExpectMsg<HeadersReceived>(Patience);
        var body = new MemoryStream();
        while (probe.ExpectMsg<TransferEvent>(Patience) is DataReceived chunk)
        {
            chunk.Offset.Should().Be(body.Length);
            body.Write(chunk.Data.Span);
            _engine.Supervisor.Tell(new GrantCredits(chunk.Id, 1), probe.Ref);
        }
        probe.LastMessage.Should().BeOfType<DataEnded>();
        probe.ExpectMsg<TransferCompleted>(Patience);
        body.ToArray().Should().Equal(Content.Bytes(1, small));
    }

    [Fact]
    public void SlowConsumer_HoldsTheSocket()
    {
        var probe = CreateTestProbe(_engine.System);
        var request = new TransferRequest { Id = "slow", Url = _server.Url($"/good/slow?size={Size}"), Destination = new ChunkDestination() };
        _engine.Supervisor.Tell(new StartTransfer(request, new Subscription(EventKinds.Data, Credits: 1)), probe.Ref);
        probe.ExpectMsg<TransferAccepted>(Patience);
        var received = 0L;
        for (var i = 0; i < 20; i++)
        {
            received += probe.ExpectMsg<DataReceived>(Patience).Data.Length;
            _engine.Supervisor.Tell(new GrantCredits(TransferId.Parse("slow"), 1), probe.Ref);
        }
        // What was sent is what was taken, and what the buffers of two sockets and one server hold; far from all.
        _server.Requests.BodySent.Should().BeLessThan(received + (24 * 1024 * 1024)).And.BeLessThan(Size);
        _engine.Supervisor.Tell(new CancelTransfer(TransferId.Parse("slow")), probe.Ref);
        probe.FishForMessage<TransferCancelled>(_ => true, Patience);
    }

    [Fact]
    public async Task Run_ToSubscribers_IsRefused_ForNobodyWouldTakeTheChunks()
    {
        var request = new TransferRequest { Url = _server.Url("/good/n"), Destination = new ChunkDestination() };
        var run = async () => await _engine.RunAsync(request).WaitAsync(Patience);
        await run.Should().ThrowAsync<Ferry.Engine.Errors.TransferException>();
    }

    [Fact]
    public async Task ConsumerDies_TheTransferGoesOn()
    {
        var probe = CreateTestProbe(_engine.System);
        var request = new TransferRequest { Id = "d", Url = _server.Url("/good/d?size=8388608"), Destination = new FileDestination(_home.File("d")) };
        _engine.Supervisor.Tell(new StartTransfer(request, new Subscription(EventKinds.Data, Credits: 1)), probe.Ref);
        probe.ExpectMsg<TransferAccepted>(Patience);
        probe.ExpectMsg<DataReceived>(Patience);
        _engine.System.Stop(probe.Ref);
        (await _engine.RunAsync(request).WaitAsync(Patience)).Should().BeOfType<TransferCompleted>();
    }
}
