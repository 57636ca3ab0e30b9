using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Host.Commands;
using Ferry.Host.Session;

namespace Ferry.Host.Requests;

/// <summary>Carries out <c>ferry request</c>: any answer is a success, an error is exit code 1, wrong usage 2.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="arguments">What was asked for.</param>
/// <param name="body">Where a body goes that is not JSON: standard output, byte for byte.</param>
internal sealed class RequestRun(Terminal terminal, RequestArguments arguments, Func<Stream> body)
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        IResponseView view = (arguments.Json, arguments.Stream) switch
        {
            (true, true) => new JsonEventsView(terminal),
            (true, false) => new JsonResponseView(terminal),
            _ => new PlainResponseView(terminal, body, arguments.Include, arguments.Stream),
        };
        using var stop = new CancellationTokenSource();
        using var interrupts = new Interrupts(stop.Cancel);
        try
        {
            await using var engine = await FerryEngine.StartAsync(new FerryOptions { InMemory = true });
            var task = new TransferSession(engine).Prepare(arguments.Request, stop.Token);
            view.Listen(task);
            if (arguments.Stream)
                await ReadAsync(task, view);
            view.Completed(await task, (await task.Accepted).Warnings);
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
            return exception.Error.Stage is ErrorStage.Validating && exception.Error.Side is ErrorSide.Caller ? ExitCode.Usage : ExitCode.Failed;
        }
    }

    // A chunk is out before the next one is let in: a slow reader of the output slows the socket.
    private static async Task ReadAsync(TransferTask task, IResponseView view)
    {
        await foreach (var chunk in task.ReadChunks())
            await view.ChunkAsync(chunk);
    }
}
