using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Host.Commands;
using Ferry.Host.Rendering;
using Ferry.Host.Session;
using Ferry.Host.Targets;

namespace Ferry.Host.Tests.Processes;

/// <summary>A signal that comes while an earlier run's transfer is being asked for.</summary>
public sealed class EarlyInterruptTests : ProcessTest
{
    [Fact]
    public async Task Interrupt_BeforeTheTransferIsOnItsWay_IsAnInterruptLikeEveryOther()
    {
        var url = Server.Url($"/slow/f?size={8 * MiB}&rate={4 * MiB}");
        var data = Path.Combine(Place, "data");
        await KillAtAsync(url, MiB, "--data-dir", data);
        var plan = GetPlan.Make(new GetArguments { Urls = [url], Output = Target, DataDirectory = data }, () => State);
        var board = new TransferBoard(plan.Requests);
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = data, HoldRecovered = true });
        var loop = new TransferLoop(engine, board, new QuietView(terminal), EventKinds.None, terminal.Time, anew: false);

        loop.Interrupt();

        (await loop.RunAsync()).Should().BeTrue("it is left");
        board.Rows[0].Bytes.Should().BePositive("what is there is told");
    }
}
