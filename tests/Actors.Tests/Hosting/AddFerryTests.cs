using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ferry.Actors.Tests.Hosting;

public sealed class AddFerryTests : IDisposable
{
    private readonly TemporaryDirectory _home = new();
    private readonly FakeOrigin _origin = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Host_StartsAndStopsTheEngine_WhatRanGoesOnAtTheNextStart()
    {
        using (var host = BuildHost())
        {
            await host.StartAsync();
            var ferry = host.Services.GetRequiredService<FerryEngine>();
            await ferry.AskAsync<TransferAccepted>(new StartTransfer(Request("f")));
            var attempt = await _origin.NextAttemptAsync();
            attempt.Headers();
            attempt.Progress(50);
            await ferry.AskAsync<TransferStatus>(new GetTransfer(TransferId.Parse("f")));
            await host.StopAsync();
            attempt.Token.IsCancellationRequested.Should().BeTrue();
        }

        using var again = BuildHost();
        await again.StartAsync();
        var second = await _origin.NextAttemptAsync();
        second.Plan.From.Should().Be(50);
        second.FinishWhole();
        await again.StopAsync();
    }

    [Fact]
    public async Task Engine_OptionsAreWrong_SaysWhich()
    {
        var start = () => FerryEngine.StartAsync(new FerryOptions { DataDirectory = _home.File("d"), MaxPerOrigin = 0 });
        (await start.Should().ThrowAsync<TransferException>()).Which.Error.Message.Should().Contain("per-origin is 0");
    }

    [Fact]
    public async Task Engine_SecondOnTheSameDirectory_IsRefused()
    {
        await using var first = await FerryEngine.StartAsync(Options());
        var start = () => FerryEngine.StartAsync(Options());
        (await start.Should().ThrowAsync<TransferException>()).Which.Error.Message.Should().Contain("in use by process");
    }

    [Fact]
    public async Task Engine_JournalOfAnotherKey_SaysSo()
    {
        await using (var first = await FerryEngine.StartAsync(Options()))
            await first.AskAsync<TransferAccepted>(new StartTransfer(Request("f")));
        await File.WriteAllBytesAsync(Path.Combine(_home.File("data"), "key"), new byte[32]);
        var start = () => FerryEngine.StartAsync(Options());
        (await start.Should().ThrowAsync<TransferException>()).Which.Error.Message.Should().Contain("another key");
    }

    [Fact]
    public async Task Engine_JournalIsDamaged_SaysSo()
    {
        await using (var first = await FerryEngine.StartAsync(Options()))
            await first.AskAsync<TransferAccepted>(new StartTransfer(Request("f")));
        var path = Path.Combine(_home.File("data"), "journal.db");
        await using (var file = File.OpenWrite(path))
        {
            file.Seek(100, SeekOrigin.Begin);
            await file.WriteAsync(Enumerable.Repeat((byte)0xAB, 8000).ToArray());
        }
        var start = () => FerryEngine.StartAsync(Options());
        (await start.Should().ThrowAsync<TransferException>()).Which.Error.Message.Should().StartWith("The journal cannot be read");
    }

    [Fact]
    public async Task Engine_BeforeItsStart_SaysSo()
    {
        await using var engine = new FerryEngine(Options());
        var ask = () => engine.Supervisor;
        ask.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task RunAsync_Rejected_ThrowsWithEveryProblem()
    {
        await using var engine = await FerryEngine.StartAsync(Options());
        var run = () => engine.RunAsync(Request("f") with { Url = "nonsense", Options = new RequestOptions { Priority = 0 } });
        (await run.Should().ThrowAsync<TransferException>()).Which.Error.Message.Should().Contain("nonsense").And.Contain("priority 0");
    }

    private FerryOptions Options() => new() { DataDirectory = _home.File("data"), Work = _origin, Durability = Durability.Process };

    private IHost BuildHost()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddFerry(o => o with { DataDirectory = _home.File("data"), Work = _origin });
        return builder.Build();
    }

    private TransferRequest Request(string name) => new() { Id = name, Url = $"http://origin.test/{name}", Destination = new FileDestination(_home.File(name)) };
}
