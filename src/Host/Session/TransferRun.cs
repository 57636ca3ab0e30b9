using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Host.Commands;
using Ferry.Host.Json;
using Ferry.Host.Rendering;
using Ferry.Host.Targets;

namespace Ferry.Host.Session;

/// <summary>Carries out <c>ferry get</c>.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="arguments">What was asked for.</param>
internal sealed class GetRun(Terminal terminal, GetArguments arguments)
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        // 1. Nothing is touched before the arguments are good.
        var plan = GetPlan.Make(arguments, () => StateDirectories.Root(terminal.Variable));

        // 2. A signal that comes while the engine starts waits for it: starting is short.
        var board = new TransferBoard(plan.Requests);
        var session = new TaskCompletionSource<GetSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupts = new Interrupts(() => _ = InterruptAsync(session.Task));
        await using var engine = await StartEngineAsync(plan);
        var (view, events) = View(board);
        using (view)
        {
            session.SetResult(new GetSession(engine, board, view, events, terminal));
            var interrupted = await (await session.Task).RunAsync();
            view.End(interrupted);
            return interrupted ? ExitCode.Interrupted : board.Failed + board.Cancelled > 0 ? ExitCode.Failed : ExitCode.Done;
        }
    }

    private static async Task InterruptAsync(Task<GetSession> session) => (await session).Interrupt();

    private async Task<FerryEngine> StartEngineAsync(GetPlan plan)
    {
        var options = new FerryOptions { DataDirectory = plan.DataDirectory, Durability = arguments.Durability };
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

    private (IGetView View, EventKinds Events) View(TransferBoard board) => arguments switch
    {
        { Json: true } => (new JsonView(terminal, board), EventKinds.AllButData),
        { Quiet: true } => (new QuietView(terminal), EventKinds.None),
        _ when terminal.IsInteractive => (new LiveView(terminal, board), EventKinds.AllButData),
        _ => (new LinesView(terminal, board), EventKinds.AllButData),
    };
}
