using System.Runtime.CompilerServices;
using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Client;

/// <summary>
/// One transfer as an object: listen to it, await it, abort it. It is made by a <see cref="TransferSession"/> and used once: it starts with
/// <see cref="Start"/>, with the first <c>await</c>, or at once where <see cref="TransferSession.Fetch"/> made it. Safe for use from several threads.
/// </summary>
/// <remarks>
/// Listeners are called one at a time, in the order of the events, on a thread of the engine. One that throws ends the wait of
/// <c>await</c> with its exception; the transfer goes on.
/// </remarks>
public sealed class TransferTask
{
    private readonly TransferSession _session;
    private readonly EventListeners _listeners = new();
    private readonly TaskCompletionSource<TransferAccepted> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TransferTerminated> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellation;
    private readonly Lock _gate = new();
    private CancellationTokenRegistration _registration;
    private IActorRef? _conversation;
    private bool _isRead;
    private bool _isAwaited;

    internal TransferTask(TransferSession session, TransferRequest request, TransferId id, TransferRequest asked, CancellationToken cancellation)
    {
        (_session, Request, Id, AskedFor, _cancellation) = (session, request, id, asked, cancellation);
    }

    /// <summary>The transfer's id, known before it starts.</summary>
    public TransferId Id { get; }

    /// <summary>What is transferred, with the id filled in.</summary>
    public TransferRequest Request { get; }

    /// <summary>The engine's word that it took the transfer, with its warnings.</summary>
    /// <exception cref="TransferException">It was rejected; the message holds every problem.</exception>
    public Task<TransferAccepted> Accepted => _accepted.Task;

    /// <summary>How it ended, also where it failed or was cancelled.</summary>
    /// <exception cref="TransferException">It was rejected, or the engine stopped before its end.</exception>
    public Task<TransferTerminated> End => _end.Task;

    /// <summary>The request object as the caller gave it, by which it can be cancelled.</summary>
    internal TransferRequest AskedFor { get; }

    internal EventListeners Listeners => _listeners;

    /// <summary>Chunks nobody has taken yet.</summary>
    internal ChunkReader Waiting { get; } = new();

    /// <summary>The events that have to come.</summary>
    internal EventKinds Wanted => _listeners.Kinds | (_isRead || Request.Destination is ChunkDestination ? EventKinds.Data : EventKinds.None);

    /// <summary>Whether chunks wait for a loop, or for someone to say what becomes of them.</summary>
    internal bool HoldsChunks =>
        Volatile.Read(ref _isRead) || (Request.Destination is ChunkDestination && !Volatile.Read(ref _isAwaited) && !_listeners.Kinds.HasFlag(EventKinds.Data));

    /// <summary>Calls a listener at each event of a type; of <see cref="TransferEvent"/>, at each event that comes.</summary>
    /// <typeparam name="TEvent">The event, such as <see cref="HeadersReceived"/> or <see cref="DataReceived"/>; data slows the socket to the listener's pace.</typeparam>
    /// <param name="listener">The listener. What was told before it was added is not told again.</param>
    public void On<TEvent>(Action<TEvent> listener)
        where TEvent : TransferEvent => Listen(listener, once: false);

    /// <summary>Calls a listener at the next event of a type, and not again.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <param name="listener">The listener.</param>
    public void Once<TEvent>(Action<TEvent> listener)
        where TEvent : TransferEvent => Listen(listener, once: true);

    /// <summary>Removes listeners of an event.</summary>
    /// <typeparam name="TEvent">The event, as it was named in <see cref="On"/>.</typeparam>
    /// <param name="listener">The one to remove; null for all of this event.</param>
    public void Off<TEvent>(Action<TEvent>? listener = null)
        where TEvent : TransferEvent
    {
        _listeners.Remove(listener);
        Changed();
    }

    /// <summary>Starts the transfer; does nothing where it was started before.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_conversation is not null || _end.Task.IsCompleted)
                return;
            _conversation = _session.Converse(this);
        }
        _registration = _cancellation.UnsafeRegister(static task => ((TransferTask)task!).Abort(), this);
    }

    /// <summary>Cancels the transfer: ends its socket at once, in every phase. Does nothing where it has ended.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            if (_conversation is null)
            {
                Ended(new TransferCancelled(Id, 0, PartKept: false));
                return;
            }
        }
        _session.Abort(Id);
    }

    /// <summary>Stops the transfer and keeps what it has.</summary>
    /// <param name="cancellationToken">Ends the wait, not the pause.</param>
    /// <exception cref="TransferException">It cannot be paused; the error says why.</exception>
    public Task<CommandDone> Pause(CancellationToken cancellationToken = default) => _session.CommandAsync(new PauseTransfer(Id), cancellationToken);

    /// <summary>Lets a paused transfer go on.</summary>
    /// <param name="cancellationToken">Ends the wait, not the transfer.</param>
    /// <exception cref="TransferException">It cannot be resumed; the error says why.</exception>
    public Task<CommandDone> Resume(CancellationToken cancellationToken = default) => _session.CommandAsync(new ResumeTransfer(Id), cancellationToken);

    /// <summary>
    /// The body chunk by chunk; starts the transfer. Nothing is read from the socket ahead of the loop but a few chunks. Begun after the transfer, it
    /// gives a <see cref="ChunkDestination"/>'s chunks from the first one that nobody took, and others from where they stand.
    /// Leaving the loop early aborts a transfer that goes to nobody else (<see cref="ChunkDestination"/>).
    /// </summary>
    /// <param name="cancellationToken">Ends the loop.</param>
    /// <exception cref="InvalidOperationException">There is a loop already.</exception>
    /// <exception cref="TransferException">The transfer failed or was cancelled.</exception>
    public async IAsyncEnumerable<DataReceived> ReadChunks([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRead, true))
            throw new InvalidOperationException($"The chunks of '{Id}' are being read already.");
        try
        {
            Changed();
            Start();
            await foreach (var chunk in Waiting.ReadAllAsync(cancellationToken))
            {
                yield return chunk;
                _conversation!.Tell(TransferConversation.ChunkTaken.Instance, ActorRefs.NoSender);
            }
            await CompletionAsync();
        }
        finally
        {
            Volatile.Write(ref _isRead, false);
            Changed();
            if (!_end.Task.IsCompleted && Request.Destination is ChunkDestination)
                Abort();
        }
    }

    /// <summary>Awaits the response; starts the transfer. Of a download to a file its result is the path (<see cref="ResponseReader.ReadFile"/>).</summary>
    /// <exception cref="TransferException">It was rejected, it failed or it was cancelled; the error carries the code.</exception>
    /// <exception cref="OperationCanceledException">The token the task was made with cancelled it.</exception>
    public TaskAwaiter<TransferResponse> GetAwaiter() => AsTask().GetAwaiter();

    /// <summary>The response as a task; starts the transfer. Chunks that nobody listens to or reads are dropped from here on.</summary>
    public Task<TransferResponse> AsTask()
    {
        if (!Interlocked.Exchange(ref _isAwaited, true))
            Changed();
        Start();
        return ResponseAsync();
    }

    internal void WasAccepted(TransferAccepted accepted) => _accepted.TrySetResult(accepted);

    internal void Ended(TransferTerminated terminal)
    {
        Over();
        _accepted.TrySetCanceled(); // of a transfer that was cancelled before it was taken
        _end.TrySetResult(terminal);
    }

    internal void Broke(Exception cause)
    {
        Over();
        if (_accepted.TrySetException(cause))
            _ = _accepted.Task.Exception; // whoever awaits the end is told; nobody has to ask both
        _end.TrySetException(cause);
    }

    private void Over()
    {
        _registration.Unregister();
        _session.Forget(this);
    }

    private void Listen<TEvent>(Action<TEvent> listener, bool once)
        where TEvent : TransferEvent
    {
        ArgumentNullException.ThrowIfNull(listener);
        _listeners.Add(listener, once);
        Changed();
    }

    // Under the lock: what is added while the transfer starts is in its first subscription or changes it.
    private void Changed()
    {
        lock (_gate)
            _conversation?.Tell(TransferConversation.ListenersChanged.Instance, ActorRefs.NoSender);
    }

    private async Task<TransferResponse> ResponseAsync()
    {
        var completed = await CompletionAsync();
        return completed.Response ?? ResponseReader.ReadFile(completed.Head, completed.Outcome.Path!, new Uri(Request.Url));
    }

    private async Task<TransferCompleted> CompletionAsync() => await _end.Task switch
    {
        TransferCompleted completed => completed,
        TransferFailed failed => throw new TransferException(failed.Error),
        _ => throw Cancelled(),
    };

    private Exception Cancelled()
    {
        var error = new TransferException(new TransferError(ErrorCode.Cancelled, ErrorStage.Receiving, ErrorSide.Caller, $"The transfer '{Id}' was cancelled."));
        return _cancellation.IsCancellationRequested ? new OperationCanceledException(error.Message, error, _cancellation) : error;
    }
}
