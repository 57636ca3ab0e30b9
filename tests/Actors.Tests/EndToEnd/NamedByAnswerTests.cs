using Akka.Actor;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>Several downloads into one directory, under the names their answers give.</summary>
public sealed class NamedByAnswerTests : TestKit, IAsyncLifetime
{
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

    [Fact]
    public void OneDirectory_TakesSeveralAtOnce()
    {
        var directory = Directory.CreateDirectory(_home.File("out")).FullName;
        var probe = CreateTestProbe(_engine.System);
        _server.Gate.HoldBodiesAfter(0);
        foreach (var name in new[] { "one", "two" })
        {
            var request = new TransferRequest
            {
                Id = name,
                Url = _server.Url($"/good/url?size=1000&disposition=attachment%3B%20filename%3D{name}.bin"),
                Destination = new FileDestination(directory) { NameFromAnswer = true },
            };
            _engine.Supervisor.Tell(new StartTransfer(request, new Subscription(EventKinds.None)), probe.Ref);
            probe.ExpectMsg<TransferAccepted>(Patience);
        }
        _server.Gate.Release();
        var paths = new[] { probe.ExpectMsg<TransferCompleted>(Patience), probe.ExpectMsg<TransferCompleted>(Patience) }.Select(c => c.Outcome.Path);
        paths.Should().BeEquivalentTo(Path.Combine(directory, "one.bin"), Path.Combine(directory, "two.bin"));
    }
}
