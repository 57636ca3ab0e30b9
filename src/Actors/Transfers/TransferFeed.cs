using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Telemetry;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Transfers;

/// <summary>
/// What one transfer shows: the one place its events leave from, so that order and the single end hold whoever tells (the supervisor while
/// it waits, its actor, its I/O threads), and the live numbers a query reads. Thread-safe; nothing of it waits, except a chunk for credits.
/// </summary>
internal sealed class TransferFeed
{
    private readonly Lock _gate = new();
    private readonly List<Listener> _listeners = [];
    private readonly bool _chunksOnly;
    private readonly bool _isUpload;
    private TaskCompletionSource? _room;
    private bool _hadDataListener;
    private bool _headTold;
    private TransferTerminated? _terminal;
    private long _sequence;
    private long _toldWritten = -1;
    private long _toldSent;
    private long _written;
    private long _total = -1;
    private long _receivedBefore;
    private long _receivedNow;
    private long _sentBefore;
    private long _sentNow;
    private long _sendingFrom;
    private int _phase = (int)TransferPhase.Queued;

    public TransferFeed(TransferId id, bool chunksOnly, long sequence = 0, bool isUpload = false)
    {
        Id = id;
        _chunksOnly = chunksOnly;
        _isUpload = isUpload;
        _sequence = sequence;
    }

    public TransferId Id { get; }

    public long Sequence
    {
        get
        {
            lock (_gate)
                return _sequence;
        }
    }

    public TransferPhase Phase => (TransferPhase)Volatile.Read(ref _phase);

    /// <summary>Bytes at the destination.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Bytes received over the network in this process.</summary>
    public long Received => Interlocked.Read(ref _receivedBefore) + Interlocked.Read(ref _receivedNow);

    /// <summary>Bytes of an upload sent over the network in this process.</summary>
    public long Sent => Interlocked.Read(ref _sentBefore) + Interlocked.Read(ref _sentNow);

    /// <summary>The length of the whole, or null.</summary>
    public long? Total => Interlocked.Read(ref _total) is >= 0 and var total ? total : null;

    /// <summary>The offset this process went on from.</summary>
    public long? ResumedFrom { get; set; }

    /// <summary>Whether its destination was its subscribers, and none of them is left.</summary>
    public bool IsAbandoned
    {
        get
        {
            lock (_gate)
                return _chunksOnly && _hadDataListener && !HasDataListener;
        }
    }

    public bool HasEnded
    {
        get
        {
            lock (_gate)
                return _terminal is not null;
        }
    }

    /// <summary>Adds a subscription, or changes the one the subscriber has. False, and the end is told, where it has ended.</summary>
    public bool Subscribe(IActorRef subscriber, Subscription wanted, bool toAll)
    {
        lock (_gate)
        {
            if (_terminal is not null)
            {
                if (!toAll)
                    subscriber.Tell(_terminal, ActorRefs.NoSender);
                return false;
            }
            var listener = _listeners.Find(l => l.Ref.Equals(subscriber));
            if (listener is null)
                _listeners.Add(listener = new Listener(subscriber));
            listener.Want(wanted, toAll);
            _hadDataListener |= listener.Wants(EventKinds.Data);
        }
        SignalRoom();
        return true;
    }

    /// <summary>Ends a subscription.</summary>
    public void Unsubscribe(IActorRef subscriber, bool toAll)
    {
        lock (_gate)
        {
            var listener = _listeners.Find(l => l.Ref.Equals(subscriber));
            if (listener?.WantNoMore(toAll) == false)
                _listeners.Remove(listener);
        }
        SignalRoom();
    }

    /// <summary>Drops a subscriber that stopped.</summary>
    public void Forget(IActorRef subscriber)
    {
        lock (_gate)
            _listeners.RemoveAll(l => l.Ref.Equals(subscriber));
        SignalRoom();
    }

    /// <summary>Lets a subscriber be sent more chunks.</summary>
    public void Grant(IActorRef subscriber, int chunks)
    {
        lock (_gate)
        {
            if (_listeners.Find(l => l.Ref.Equals(subscriber)) is { } listener)
                listener.Credits = (int)Math.Min((long)listener.Credits + Math.Max(chunks, 0), int.MaxValue);
        }
        SignalRoom();
    }

    /// <summary>Tells an event to those who asked for its kind. Nothing after the end.</summary>
    public void Tell(EventKinds kind, Func<long, TransferEvent> make)
    {
        lock (_gate)
        {
            if (_terminal is null)
                TellLocked(kind, make);
        }
    }

    /// <summary>Takes note of a phase and tells it where it is new.</summary>
    public void Enter(TransferPhase phase)
    {
        lock (_gate)
        {
            if (_terminal is not null || _phase == (int)phase)
                return;
            Volatile.Write(ref _phase, (int)phase);
            TellLocked(EventKinds.State, n => new TransferStateChanged(Id, n, phase));
        }
    }

    /// <summary>Tells the answer's header, once.</summary>
    public void Head(Func<long, HeadersReceived> make)
    {
        lock (_gate)
        {
            if (_terminal is not null || _headTold)
                return;
            _headTold = true;
            TellLocked(EventKinds.Headers, make);
        }
    }

    /// <summary>Takes note of the length of the whole.</summary>
    public void SetTotal(long? total) => Interlocked.Exchange(ref _total, total ?? -1);

    /// <summary>Takes note of how far the body came, without telling it.</summary>
    public void Note(long written, long? receivedInAttempt)
    {
        Interlocked.Exchange(ref _written, written);
        if (receivedInAttempt is { } received)
            Interlocked.Exchange(ref _receivedNow, received);
    }

    /// <summary>An attempt ended having received and sent so much.</summary>
    public void AddMoved(long received, long sent)
    {
        Interlocked.Exchange(ref _receivedNow, 0);
        Interlocked.Add(ref _receivedBefore, received);
        Interlocked.Exchange(ref _sentNow, 0);
        Interlocked.Add(ref _sentBefore, sent);
    }

    /// <summary>An upload begins to be sent, from this byte on.</summary>
    public void SendingFrom(long offset)
    {
        lock (_gate)
        {
            ResumedFrom ??= offset;
            (_sendingFrom, _toldSent) = (offset, offset);
        }
    }

    /// <summary>Tells how far the body came.</summary>
    public void Progress(long written, long receivedInAttempt)
    {
        Note(written, receivedInAttempt);
        lock (_gate)
        {
            if (_terminal is null)
                TellProgress();
        }
    }

    /// <summary>Tells how far the request's body was sent; in a new attempt it is counted from zero again.</summary>
    public void SendProgress(long sent, long? total)
    {
        lock (_gate)
        {
            if (_terminal is not null)
                return;
            var more = sent >= _toldSent ? sent - _toldSent : sent;
            _toldSent = sent;
            if (_isUpload)
            {
                Interlocked.Exchange(ref _written, sent);
                Interlocked.Exchange(ref _sentNow, Math.Max(0, sent - _sendingFrom));
            }
            TellLocked(EventKinds.Progress, n => new DataSendProgress(Id, n, more, sent, total));
        }
    }

    /// <summary>
    /// Hands a chunk to every subscriber of the data, once each has a credit: the slowest one rules. Where nobody listens, bytes flow
    /// freely, but a transfer whose destination is its subscribers waits for one of them.
    /// </summary>
    public async ValueTask ChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken)
    {
        byte[]? copy = null;
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_terminal is not null || !MustWait())
                {
                    TellChunk(ref copy, data, offset);
                    return;
                }
                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Tells the end, once: the exact progress, the end of the data where it went well, the outcome. False where it was told before.</summary>
    public bool End(TransferPhase phase, Func<long, TransferTerminated> make)
    {
        lock (_gate)
        {
            if (_terminal is not null)
                return false;
            Volatile.Write(ref _phase, (int)phase);
            if (_isUpload)
                TellLastSent(phase);
            else if (_toldWritten != Written && (_toldWritten >= 0 || Written > 0 || phase is TransferPhase.Completed))
                TellProgress();
            if (phase is TransferPhase.Completed)
                TellLocked(EventKinds.Data, n => new DataEnded(Id, n));
            TransferTerminated? terminal = null;
            TellLocked(EventKinds.None, n => terminal = make(n));
            terminal ??= make(_sequence);
            TransferTelemetry.Ended(terminal);
            // Who asks later is told how it ended; a body in memory is handed over once.
            _terminal = terminal is TransferCompleted completed ? completed with { Body = default, Response = null } : terminal;
            _listeners.Clear();
        }
        SignalRoom();
        return true;
    }

    /// <summary>It ended in another process.</summary>
    public void WasEnded(TransferPhase phase, TransferOutcome outcome)
    {
        lock (_gate)
        {
            Volatile.Write(ref _phase, (int)phase);
            _terminal = Terminal(++_sequence, outcome);
        }
    }

    /// <summary>The event that tells an outcome.</summary>
    public TransferTerminated Terminal(long sequence, TransferOutcome outcome) => outcome switch
    {
        CompletedOutcome o => new TransferCompleted(Id, sequence, o, null, default, Received, ResumedFrom ?? 0) { Sent = Sent },
        FailedOutcome o => new TransferFailed(Id, sequence, o.Error),
        CancelledOutcome o => new TransferCancelled(Id, sequence, o.PartKept),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    private bool HasDataListener => _listeners.Exists(l => l.Wants(EventKinds.Data));

    private bool MustWait() =>
        (_chunksOnly && !HasDataListener) || _listeners.Exists(l => l.Wants(EventKinds.Data) && l.Credits <= 0);

    private void TellChunk(ref byte[]? copy, ReadOnlyMemory<byte> data, long offset)
    {
        if (_terminal is not null || !_listeners.Exists(l => l.Wants(EventKinds.Data)))
            return;
        // The engine takes its buffer back when this call ends; all subscribers share the copy.
        ReadOnlyMemory<byte> chunk = copy ??= data.ToArray();
        foreach (var listener in _listeners.Where(l => l.Wants(EventKinds.Data)))
            listener.Credits--;
        TellLocked(EventKinds.Data, n => new DataReceived(Id, n, offset, chunk));
    }

    private void TellProgress()
    {
        _toldWritten = Written;
        TellLocked(EventKinds.Progress, n => new DataReceiveProgress(Id, n, _toldWritten, Total));
    }

    private void TellLastSent(TransferPhase phase)
    {
        if (phase is TransferPhase.Completed && _toldSent != Written)
            TellLocked(EventKinds.Progress, n => new DataSendProgress(Id, n, Written - _toldSent, Written, Written));
    }

    private void TellLocked(EventKinds kind, Func<long, TransferEvent> make)
    {
        var number = ++_sequence;
        TransferEvent? told = null;
        foreach (var listener in _listeners)
        {
            if (kind is EventKinds.None || listener.Wants(kind))
                listener.Ref.Tell(told ??= make(number), ActorRefs.NoSender);
        }
    }

    private void SignalRoom()
    {
        TaskCompletionSource? room;
        lock (_gate)
            (room, _room) = (_room, null);
        room?.TrySetResult();
    }

    /// <summary>A subscriber of this transfer, of all transfers, or both.</summary>
    private sealed class Listener(IActorRef subscriber)
    {
        private EventKinds? _own;
        private EventKinds? _all;

        public IActorRef Ref { get; } = subscriber;

        public int Credits { get; set; }

        public bool Wants(EventKinds kind) => (((_own ?? EventKinds.None) | (_all ?? EventKinds.None)) & kind) != EventKinds.None;

        public void Want(Subscription wanted, bool toAll)
        {
            if (toAll)
                _all = wanted.Events;
            else
                _own = wanted.Events;
            Credits = Math.Max(Credits, wanted.Credits);
        }

        public bool WantNoMore(bool toAll)
        {
            if (toAll)
                _all = null;
            else
                _own = null;
            return _own is not null || _all is not null;
        }
    }
}
