using Akka.Actor;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>Engines that end and start again over the same data directory, with a real server and real files.</summary>
public sealed class RestartTests : RestartingTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_InTheMiddle_GoesOnFromTheLastCheckpoint(bool gracefully)
    {
        Server.Gate.HoldBodiesAfter(Size / 2);
        var first = await FerryEngine.StartAsync(Options());
        var checkpointed = new TaskCompletionSource();
        var request = File("f");
        _ = first.RunAsync(request, e =>
        {
            if (e is DataReceiveProgress { ReceiveSize: >= Size / 2 })
                checkpointed.TrySetResult();
        });
        await checkpointed.Task.WaitAsync(Patience);
        if (gracefully)
            await first.StopAsync();
        else
            await CrashAsync(first);
        Server.Gate.Release();
        var before = Server.Requests.Count;

        await using var second = await FerryEngine.StartAsync(Options());
        var end = await second.RunAsync(request).WaitAsync(Patience);

        var completed = end.Should().BeOfType<TransferCompleted>().Subject;
        completed.Outcome.Sha256.Should().Be(Content.Sha256(1, Size));
        (await System.IO.File.ReadAllBytesAsync(Home.File("f"))).Should().Equal(Content.Bytes(1, Size));
        Server.Requests.Count.Should().Be(before + 1);
        if (gracefully)
        {
            completed.ResumedFrom.Should().Be(Size / 2);
            completed.Received.Should().Be(Size / 2);
        }
        else
        {
            // How far the last checkpoint had come is a matter of chance; that nothing is missing or fetched twice is not.
            completed.ResumedFrom.Should().BeLessThanOrEqualTo(Size / 2);
            completed.Received.Should().Be(Size - completed.ResumedFrom);
        }
    }

    [Fact]
    public async Task Restart_ManyWait_TheyGoOnInPriorityOrder()
    {
        await using (var first = await FerryEngine.StartAsync(Options() with { MaxConcurrent = 0 }))
        {
            foreach (var priority in new[] { 5, 900, 40, 1000, 1 })
                await first.AskAsync<TransferAccepted>(new StartTransfer(File($"p{priority}", priority)));
            await first.AskAsync<CommandDone>(new ChangePriority(TransferId.Parse("p5"), 950));
            await first.AskAsync<TransferAccepted>(new StartTransfer(File("paused", 999)));
            await first.AskAsync<CommandDone>(new PauseTransfer(TransferId.Parse("paused")));
        }

        await using var second = await FerryEngine.StartAsync(Options() with { MaxConcurrent = 1 });
        foreach (var id in new[] { "p1000", "p5", "p900", "p40", "p1" })
            await second.RunAsync(File(id, id == "p5" ? 5 : int.Parse(id[1..], System.Globalization.CultureInfo.InvariantCulture))).WaitAsync(Patience);
        Server.Requests.All.Select(r => r.Path).Should().Equal("/good/p1000", "/good/p5", "/good/p900", "/good/p40", "/good/p1");
        (await second.AskAsync<TransferStatus>(new GetTransfer(TransferId.Parse("paused")))).Phase.Should().Be(TransferPhase.Paused);
    }

    [Fact]
    public async Task Restart_HoldRecovered_WaitsUntilItIsResumed_AndIsNotTakenForPaused()
    {
        var f = TransferId.Parse("f");
        await using (var first = await FerryEngine.StartAsync(Options() with { MaxConcurrent = 0 }))
        {
            await first.AskAsync<TransferAccepted>(new StartTransfer(File("f")));
            await first.AskAsync<TransferAccepted>(new StartTransfer(File("g")));
        }

        await using (var second = await FerryEngine.StartAsync(Options() with { HoldRecovered = true }))
        {
            (await second.AskAsync<TransferStatus>(new GetTransfer(f))).Phase.Should().Be(TransferPhase.Paused);
            var end = second.RunAsync(File("f"));
            (await second.AskAsync<CommandDone>(new ResumeTransfer(f))).Phase.Should().Be(TransferPhase.Queued);
            (await end.WaitAsync(Patience)).Should().BeOfType<TransferCompleted>();
        }
        Server.Requests.All.Select(r => r.Path).Should().Equal("/good/f");

        await using var third = await FerryEngine.StartAsync(Options());
        (await third.RunAsync(File("g")).WaitAsync(Patience)).Should().BeOfType<TransferCompleted>();
    }

    [Fact]
    public async Task Restart_HoldRecovered_WhatIsPausedThenStaysPaused()
    {
        var f = TransferId.Parse("f");
        await using (var first = await FerryEngine.StartAsync(Options() with { MaxConcurrent = 0 }))
            await first.AskAsync<TransferAccepted>(new StartTransfer(File("f")));
        await using (var second = await FerryEngine.StartAsync(Options() with { HoldRecovered = true }))
            (await second.AskAsync<CommandDone>(new PauseTransfer(f))).Phase.Should().Be(TransferPhase.Paused);

        await using var third = await FerryEngine.StartAsync(Options());

        (await third.AskAsync<TransferStatus>(new GetTransfer(f))).Phase.Should().Be(TransferPhase.Paused);
        Server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task Restart_EndedOnes_AreRemembered()
    {
        await using (var first = await FerryEngine.StartAsync(Options()))
        {
            (await first.RunAsync(File("good")).WaitAsync(Patience)).Should().BeOfType<TransferCompleted>();
            (await first.RunAsync(File("gone") with { Url = Server.Url("/error-page/gone?status=404") }).WaitAsync(Patience)).Should().BeOfType<TransferFailed>();
        }

        await using var second = await FerryEngine.StartAsync(Options());
        (await second.RunAsync(File("good")).WaitAsync(Patience)).Should().BeOfType<TransferCompleted>().Which.Outcome.Length.Should().Be(Size);
        (await second.RunAsync(File("gone") with { Url = Server.Url("/error-page/gone?status=404") }).WaitAsync(Patience)).Should().BeOfType<TransferFailed>();
        Server.Requests.Count.Should().Be(2);
        (await second.AskAsync<TransferList>(new ListTransfers())).Total.Should().Be(2);
    }

    private TransferRequest File(string name, int priority = 1) => new()
    {
        Id = name,
        Url = Server.Url($"/good/{name}?size={Size}"),
        Destination = new FileDestination(Home.File(name)) { ComputeSha256 = true },
        Options = new RequestOptions { Priority = priority },
    };
}
