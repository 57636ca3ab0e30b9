using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Requests;
using Ferry.Host.Rendering;
using Ferry.Host.Session;

namespace Ferry.Host.Tests.Session;

public sealed class TransferLoopTests
{
    private const string Erases = "\e[J\e[?7h";

    [Fact]
    public async Task Refused_ForSeveralReasons_EachIsToldAboveTheTable()
    {
        using var shown = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(shown, shown) { IsInteractive = true, IsErrorInteractive = true };
        var board = new TransferBoard([new TransferRequest
        {
            Id = "x",
            Url = "https://example.com/big.iso",
            Options = new RequestOptions { Priority = 0, MaxRedirects = -1 },
            Destination = new FileDestination("/data/big.iso"),
        }]);
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { InMemory = true });
        using var view = new LiveView(terminal, board);
        view.Tick();
        var loop = new TransferLoop(engine, board, view, EventKinds.AllButData, terminal.Time, anew: false);

        (await loop.RunAsync()).Should().BeFalse("nothing is left");

        shown.ToString().Should()
            .Contain($"\e[1A\r{Erases}ferry: big.iso: The priority 0 is out of range")
            .And.Contain($"{Erases}ferry: big.iso: --max-redirs is -1");
    }
}
