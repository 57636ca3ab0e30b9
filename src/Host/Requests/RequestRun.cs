using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Cache;
using Ferry.Engine.Errors;
using Ferry.Host.Commands;
using Ferry.Host.Session;

namespace Ferry.Host.Requests;

/// <summary>Carries out <c>ferry request</c>: any answer is a success, an error is exit code 1, wrong usage 2.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="arguments">What was asked for.</param>
internal sealed class RequestRun(Terminal terminal, RequestArguments arguments)
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        var view = View();
        using var stop = new CancellationTokenSource();
        using var interrupts = new Interrupts(stop.Cancel);
        try
        {
            await using var engine = await FerryEngine.StartAsync(Options());
            var session = new TransferSession(engine);
            var task = session.Prepare(arguments.Request, stop.Token);
            view.Listen(task);
            if (arguments.Stream)
                await ReadAsync(task, view);
            view.Completed(await task, (await task.Accepted).Warnings);
            if (arguments.CacheDirectory is not null)
                await FlushAsync(session.Cache);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            view.Failed(new TransferError(ErrorCode.Cancelled, ErrorStage.Receiving, ErrorSide.Caller, "The request was interrupted."));
            return ExitCode.Interrupted;
        }
        catch (TransferException exception)
        {
            view.Failed(exception.Error);
            if (arguments.Verbose && exception.InnerException is { } cause)
                terminal.Complain(cause);
            return exception.Error.Stage is ErrorStage.Validating && exception.Error.Side is ErrorSide.Caller ? ExitCode.Usage : ExitCode.Failed;
        }
        catch (IOException exception) when (StandardOutput.HasNoReader(exception))
        {
            return ExitCode.Done; // the reader of the output has what it wanted, as with head
        }
        catch (IOException exception)
        {
            throw CommandException.Failed(ErrorCode.LocalWriteFailed, $"The response cannot be written to the output: {exception.Message}", exception);
        }
    }

    private IResponseView View() => (arguments.Json, arguments.Stream) switch
    {
        (true, true) => new JsonEventsView(Lines()),
        (true, false) => new JsonResponseView(Lines()),
        _ => new PlainResponseView(terminal, arguments.Include, arguments.Stream),
    };

    private Terminal Lines() => terminal with { Out = new StreamWriter(terminal.Raw()) { AutoFlush = true } };

    private FerryOptions Options() => new()
    {
        InMemory = true,
        Cache = arguments.CacheDirectory is { } directory ? new CacheSettings { Directory = Path.GetFullPath(directory) } : null,
    };

    // The answer is out: a cache that cannot be kept takes nothing from it.
    private async Task FlushAsync(Ferry.Actors.Client.ResponseCache cache)
    {
        try
        {
            await cache.Flush();
        }
        catch (TransferException exception)
        {
            terminal.Complain($"ferry: The response cache is not kept: {exception.Error.Message}");
        }
    }

    // A chunk is out before the next one is let in: a slow reader of the output slows the socket.
    private static async Task ReadAsync(TransferTask task, IResponseView view)
    {
        await foreach (var chunk in task.ReadChunks())
            await view.ChunkAsync(chunk);
    }
}
