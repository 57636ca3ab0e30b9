using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Host.Commands;
using Ferry.Host.Json;
using Ferry.Host.Rendering;
using Ferry.Host.Targets;

namespace Ferry.Host.Session;

/// <summary>Carries out <c>ferry get</c> and <c>ferry put</c>.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="arguments">What was asked for.</param>
internal sealed class TransferRun(Terminal terminal, TransferArguments arguments)
{
    /// <summary>Runs to the end.</summary>
    /// <param name="plan">Checks the arguments; given where directories of journals lie.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<Func<string>, TransferPlan> plan)
    {
        // 1. Nothing is touched before the arguments are good.
        var checkedPlan = plan(() => StateDirectories.Root(terminal.Variable));

        // 2. A signal that comes while the engine starts waits for it: starting is short.
        var board = new TransferBoard(checkedPlan.Requests);
        var loop = new TaskCompletionSource<TransferLoop>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupts = new Interrupts(() => _ = InterruptAsync(loop.Task));
        await using var engine = await StartEngineAsync(checkedPlan);
        var (view, events) = View(board);
        using (view)
        {
            loop.SetResult(new TransferLoop(engine, board, view, events, terminal.Time, checkedPlan.Anew));
            var interrupted = await (await loop.Task).RunAsync();
            view.End(interrupted);
            return interrupted ? ExitCode.Interrupted : board.Failed + board.Cancelled > 0 ? ExitCode.Failed : ExitCode.Done;
        }
    }

    private static async Task InterruptAsync(Task<TransferLoop> loop) => (await loop).Interrupt();

    private async Task<FerryEngine> StartEngineAsync(TransferPlan plan)
    {
        var options = new FerryOptions { DataDirectory = plan.DataDirectory, Durability = arguments.Durability, HoldRecovered = true };
        if (arguments.Parallel is { } parallel)
            options = options with { MaxConcurrent = parallel, MaxPerOrigin = parallel };
        try
        {
            return await FerryEngine.StartAsync(options);
        }
        catch (TransferException exception)
        {
            throw new CommandException(ExitCode.Failed, [Complaint.Of(exception.Error)], exception);
        }
    }

    private (ITransferView View, EventKinds Events) View(TransferBoard board) => arguments switch
    {
        { Json: true } => (new JsonView(terminal, board), EventKinds.AllButData),
        { Quiet: true } => (new QuietView(terminal), EventKinds.None),
        _ when terminal.IsInteractive => (new LiveView(terminal, board), EventKinds.AllButData),
        _ => (new LinesView(terminal, board), EventKinds.AllButData),
    };
}
