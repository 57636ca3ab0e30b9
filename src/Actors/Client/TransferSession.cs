using System.Collections.Concurrent;
using Akka.Actor;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Client;

/// <summary>
/// The await, on, off and abort face over the messages: makes <see cref="TransferTask"/>s and cancels them, one, several or all. Safe for use
/// from several threads. Holds nothing that has to be disposed; a task is forgotten when it has ended.
/// </summary>
public sealed class TransferSession
{
    private readonly IActorRefFactory _actors;
    private readonly IActorRef _supervisor;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ConcurrentDictionary<TransferId, TransferTask> _tasks = new();

    /// <summary>A session over a running engine.</summary>
    /// <param name="engine">The engine.</param>
    public TransferSession(FerryEngine engine)
        : this(Running(engine).System, engine.Supervisor)
    {
    }

    /// <summary>A session over a supervisor in an actor system of the service's own.</summary>
    /// <param name="actors">Where the session's actors live: the system, or an actor's context.</param>
    /// <param name="supervisor">The <see cref="Supervisor.TransferSupervisor"/>.</param>
    /// <param name="time">The clock ids are made by; null for the system's.</param>
    /// <param name="random">The source of chance ids are made by; null for one of its own.</param>
    public TransferSession(IActorRefFactory actors, IActorRef supervisor, TimeProvider? time = null, Random? random = null)
    {
        ArgumentNullException.ThrowIfNull(actors);
        ArgumentNullException.ThrowIfNull(supervisor);
        (_actors, _supervisor, _time, _random) = (actors, supervisor, time ?? TimeProvider.System, random ?? new Random());
        Cache = new ResponseCache(supervisor);
    }

    /// <summary>The engine's response cache.</summary>
    public ResponseCache Cache { get; }

    /// <summary>The transfers of this session that have not ended.</summary>
    public IReadOnlyCollection<TransferTask> Tasks => [.. _tasks.Values];

    /// <summary>Starts a transfer.</summary>
    /// <param name="request">What to transfer.</param>
    /// <param name="cancellationToken">Cancels the transfer.</param>
    /// <returns>The task: await it, listen to it, abort it.</returns>
    public TransferTask Fetch(TransferRequest request, CancellationToken cancellationToken = default)
    {
        var task = Prepare(request, cancellationToken);
        task.Start();
        return task;
    }

    /// <summary>Makes a task that is not started yet, so that listeners can be added before its first event.</summary>
    /// <param name="request">What to transfer.</param>
    /// <param name="cancellationToken">Cancels the transfer.</param>
    public TransferTask Prepare(TransferRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        // An id that is not valid is the engine's to reject.
        var id = TransferId.IsValid(request.Id) ? TransferId.Parse(request.Id!) : NewId();
        return new TransferTask(this, request.Id is null ? request with { Id = id.Value } : request, id, request, cancellationToken);
    }

    /// <summary>Cancels every transfer of this session.</summary>
    /// <returns>What was cancelled, and what had ended before.</returns>
    public Task<CancelReplies> Cancel() => CancelAsync(_tasks.Values.Select(t => t.Id));

    /// <summary>Cancels one transfer. Where it has ended or never started nothing changes, and the answer says so.</summary>
    /// <param name="task">The transfer.</param>
    public Task<CancelReplies> Cancel(TransferTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return CancelAsync([task.Id]);
    }

    /// <summary>Cancels several transfers.</summary>
    /// <param name="tasks">The transfers.</param>
    public Task<CancelReplies> Cancel(IEnumerable<TransferTask> tasks) => CancelAsync(tasks.Select(t => t.Id));

    /// <summary>Cancels one transfer by its id.</summary>
    /// <param name="id">The transfer.</param>
    public Task<CancelReplies> Cancel(TransferId id) => CancelAsync([id]);

    /// <summary>Cancels every transfer of this session that was made from a request object.</summary>
    /// <param name="request">The very object.</param>
    public Task<CancelReplies> Cancel(TransferRequest request) =>
        CancelAsync(_tasks.Values.Where(t => ReferenceEquals(t.AskedFor, request)).Select(t => t.Id));

    internal IActorRef Converse(TransferTask task)
    {
        _tasks[task.Id] = task;
        var (supervisor, wanted) = (_supervisor, task.Wanted);
        var conversation = _actors.ActorOf(ActorProducer<TransferConversation>.Props(() => new TransferConversation(task, supervisor, wanted)));
        // Told from here, so that a cancel told after this is told after it.
        supervisor.Tell(new StartTransfer(task.Request, new Subscription(wanted, TransferConversation.Credits)), conversation);
        return conversation;
    }

    internal void Forget(TransferTask task) => _tasks.TryRemove(KeyValuePair.Create(task.Id, task));

    internal void Abort(TransferId id) => _supervisor.Tell(new CancelTransfer(id), ActorRefs.NoSender);

    internal async Task<CommandDone> CommandAsync(ITransferCommand command, CancellationToken cancellationToken) =>
        await _supervisor.Ask<object>(command, timeout: null, cancellationToken) switch
        {
            CommandDone done => done,
            CommandRejected rejected => throw new TransferException(rejected.Error),
            var other => throw new InvalidOperationException($"{other} is no answer to {command}."),
        };

    private Task<CancelReplies> CancelAsync(IEnumerable<TransferId> ids) =>
        _supervisor.Ask<CancelReplies>(new CancelTransfers([.. ids]), timeout: null, CancellationToken.None);

    private TransferId NewId()
    {
        lock (_random)
            return TransferId.New(_time, _random);
    }

    private static FerryEngine Running(FerryEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine;
    }
}
