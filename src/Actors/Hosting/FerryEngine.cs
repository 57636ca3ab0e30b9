using Akka.Actor;
using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Actors.Supervisor;
using Ferry.Actors.Transfers;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Hosting;

/// <summary>
/// An engine with an ActorSystem of its own, for a service or a program that has none. A service that has one starts
/// <see cref="TransferSupervisor"/> in it instead.
/// </summary>
public sealed class FerryEngine : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private readonly FerryOptions _options;
    private DataDirectory? _directory;
    private ActorSystem? _system;
    private IActorRef? _supervisor;

    internal FerryEngine(FerryOptions options) => _options = options;

    /// <summary>Where commands and queries go.</summary>
    /// <exception cref="InvalidOperationException">The engine has not started, or has stopped.</exception>
    public IActorRef Supervisor => _supervisor ?? throw new InvalidOperationException("The engine does not run: start it first.");

    /// <summary>The actor system, for the actors of the service itself.</summary>
    /// <exception cref="InvalidOperationException">The engine has not started, or has stopped.</exception>
    public ActorSystem System => _system ?? throw new InvalidOperationException("The engine does not run: start it first.");

    /// <summary>Starts an engine: takes the data directory, recovers what is unfinished, and lets it go on in the order of priority.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is left running.</param>
    /// <exception cref="TransferException">The options are wrong, or the data directory or its journal cannot be used; the message is one sentence for a person.</exception>
    public static async Task<FerryEngine> StartAsync(FerryOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var engine = new FerryEngine(options);
        await engine.BeginAsync(cancellationToken);
        return engine;
    }

    /// <summary>Asks the supervisor and awaits its answer.</summary>
    /// <typeparam name="TReply">The answer; <see cref="object"/> where several are possible.</typeparam>
    /// <param name="message">A command or a query.</param>
    /// <param name="cancellationToken">Ends the wait, not the command.</param>
    public Task<TReply> AskAsync<TReply>(object message, CancellationToken cancellationToken = default) =>
        Supervisor.Ask<TReply>(message, timeout: null, cancellationToken);

    /// <summary>Starts a transfer and awaits its end.</summary>
    /// <param name="request">What to transfer.</param>
    /// <param name="onEvent">Called with each event but the data, one at a time, on a thread of the engine; null for none.</param>
    /// <returns>How it ended: <see cref="TransferCompleted"/>, <see cref="TransferFailed"/> or <see cref="TransferCancelled"/>.</returns>
    /// <exception cref="TransferException">The transfer was rejected, or the engine stopped before its end.</exception>
    public Task<TransferTerminated> RunAsync(TransferRequest request, Action<TransferEvent>? onEvent = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Destination is ChunkDestination)
        {
            return Task.FromException<TransferTerminated>(new TransferException(new TransferError(
                ErrorCode.ParameterError, ErrorStage.Validating, ErrorSide.Caller,
                "A transfer to subscribers needs one that takes its chunks: send StartTransfer with a subscription of the data.")));
        }
        var task = new TransferSession(this).Prepare(request);
        if (onEvent is not null)
            task.On(onEvent);
        task.Start();
        return task.End;
    }

    /// <summary>Stops: running transfers write a checkpoint and rest, to go on at the next start; then the data directory is let go.</summary>
    public async Task StopAsync()
    {
        var (system, supervisor) = (_system, _supervisor);
        (_system, _supervisor) = (null, null);
        try
        {
            // Where the system has ended on its own there is nobody left to answer.
            if (supervisor is not null && system is { WhenTerminated.IsCompleted: false })
                await supervisor.Ask<EngineStopped>(new StopEngine(), StopPatience);
        }
        catch (AskTimeoutException)
        {
            // What could not rest in time goes on from its last checkpoint, as after a crash.
        }
        finally
        {
            if (system is not null)
                await system.Terminate();
            _directory?.Dispose();
            _directory = null;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(StopAsync());

    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (_options.Problems() is { Count: > 0 } problems)
            throw new TransferException(new TransferError(ErrorCode.ParameterError, ErrorStage.Validating, ErrorSide.Caller, string.Join(" ", problems)));
        _directory = _options.InMemory ? null : DataDirectory.Open(_options.DataDirectory);
        _ = Task.Run(JournalJson.Warm, CancellationToken.None);
        try
        {
            _system = ActorSystem.Create("ferry", FerryConfiguration.Create(_options).WithFallback(FerryConfiguration.Alone()));
            if (_options.Logging is { } logging)
                _system.ActorOf(LogBridge.Props(logging), "log");
            _supervisor = _system.ActorOf(TransferSupervisor.Props(_options), "transfers");
            if (await _supervisor.Ask<object>(new AwaitReady(), timeout: null, cancellationToken) is EngineUnavailable unavailable)
                throw new TransferException(unavailable.Error);
        }
        catch
        {
            _supervisor = null;
            await StopAsync();
            throw;
        }
    }
}
