using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.Client;

public sealed class RunAsyncTests
{
    [Fact]
    public async Task RunAsync_CallbackThrows_TheWaitEndsAndNothingIsStartedTwice()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var home = new TemporaryDirectory();
        await using var ferry = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = home.File("data") });
        var request = new TransferRequest { Url = server.Url("/good/file.bin?size=1000"), Destination = new FileDestination(home.File("file.bin")) };

        var run = () => ferry.RunAsync(request, _ => throw new InvalidOperationException("The callback's own."));

        await run.Should().ThrowAsync<InvalidOperationException>().WithMessage("The callback's own.");
        (await ferry.AskAsync<TransferList>(new ListTransfers())).Total.Should().Be(1);
    }

    [Fact]
    public async Task StartAsync_HistoryForEver_IsReady()
    {
        using var home = new TemporaryDirectory();
        await using var ferry = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = home.File("data"), HistoryAge = TimeSpan.MaxValue });
        (await ferry.AskAsync<TransferList>(new ListTransfers())).Total.Should().Be(0);
    }
}
