using Akka.Actor;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Client;
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
    private const int Buffer = 256 * 1024;
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
    public async Task SlowConsumer_HoldsTheSocket_WhileAnotherIsServed()
    {
        const int credits = 2;
        const int taken = 20;
        // A buffer is being handed over while the next is read; the rest lies in two sockets and the server.
        const long engine = (credits + 2) * Buffer;
        const long sockets = 24 * 1024 * 1024;
        var probe = CreateTestProbe(_engine.System);
        var slow = new TransferRequest { Id = "slow", Url = _server.Url($"/good/slow?size={Size}"), Destination = new ChunkDestination() };
        _engine.Supervisor.Tell(new StartTransfer(slow, new Subscription(EventKinds.Data, credits)), probe.Ref);
        probe.ExpectMsg<TransferAccepted>(Patience);
        var received = 0L;
        for (var i = 0; i < taken; i++)
        {
            received += probe.ExpectMsg<DataReceived>(Patience).Data.Length;
            _engine.Supervisor.Tell(new GrantCredits(TransferId.Parse("slow"), 1), probe.Ref);
        }
        // As much as would be left of the slow one goes through the same engine meanwhile.
        var free = new TransferRequest { Url = _server.Url($"/good/free?size={Size}"), Destination = new ChunkDestination() };
        (await new TransferSession(_engine).Fetch(free).AsTask().WaitAsync(Patience)).ResponseCode.Should().Be(200);
        _server.Requests.For("/good/slow").Single().BodySent.Should().BeLessThan(received + engine + sockets).And.BeLessThan(Size);
        _engine.Supervisor.Tell(new CancelTransfer(TransferId.Parse("slow")), probe.Ref);
        var waited = 0;
        while (probe.ExpectMsg<object>(Patience) is DataReceived)
            waited++;
        waited.Should().BeLessThanOrEqualTo(credits);
    }

    [Fact]
    public async Task Run_ToSubscribers_IsRefused_ForNobodyWouldTakeTheChunks()
    {
        var request = new TransferRequest { Url = _server.Url("/good/n"), Destination = new ChunkDestination() };
        var run = async () => await _engine.RunAsync(request).WaitAsync(Patience);
        await run.Should().ThrowAsync<Ferry.Engine.Errors.TransferException>();
    }

    [Fact]
    public async Task ConsumerDies_ItsStreamStops_AndTheServerSeesItsSocketClosed()
    {
        _server.Gate.HoldBodiesAfter(1000);
        var probe = CreateTestProbe(_engine.System);
        var request = new TransferRequest { Id = "dies", Url = _server.Url("/good/dies"), Destination = new ChunkDestination() };
        _engine.Supervisor.Tell(new StartTransfer(request, new Subscription(EventKinds.Data)), probe.Ref);
        probe.ExpectMsg<TransferAccepted>(Patience);
        probe.ExpectMsg<DataReceived>(Patience);
        _engine.System.Stop(probe.Ref);
        await _server.Requests.Last.ClosedByClient.WaitAsync(Patience);
    }

    [Fact]
    public void LateSubscriber_GetsWhatComesAfterItJoined()
    {
        const int early = 1000;
        const int size = 300_000;
        _server.Gate.HoldBodiesAfter(early);
        var (first, late) = (CreateTestProbe(_engine.System), CreateTestProbe(_engine.System));
        var request = new TransferRequest { Id = "late", Url = _server.Url($"/good/late?size={size}"), Destination = new ChunkDestination() };
        _engine.Supervisor.Tell(new StartTransfer(request, new Subscription(EventKinds.Data, Credits: 1000)), first.Ref);
        first.FishForMessage<DataReceived>(c => c.Offset + c.Data.Length == early, Patience);
        _engine.Supervisor.Tell(new Subscribe(TransferId.Parse("late"), new Subscription(EventKinds.Headers | EventKinds.Data, Credits: 1000)), late.Ref);
        late.ExpectMsg<Subscribed>(Patience);
        _server.Gate.Release();
        var body = new MemoryStream();
        while (late.ExpectMsg<TransferEvent>(Patience) is DataReceived chunk)
        {
            chunk.Offset.Should().Be(early + body.Length);
            body.Write(chunk.Data.Span);
        }
        late.LastMessage.Should().BeOfType<DataEnded>();
        late.ExpectMsg<TransferCompleted>(Patience);
        body.ToArray().Should().Equal(Content.Bytes(1, size)[early..]);
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
