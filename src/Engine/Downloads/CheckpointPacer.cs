using Ferry.Engine.Errors;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>
/// Tells the listener of progress and checkpoints at their pace, without a timer: it is asked after each write. Bytes may be counted as
/// received while others are being written. With power-loss durability the flush runs beside the transfer, one at a time, and a checkpoint
/// is told when its flush is done; where the flush takes longer than a checkpoint's bytes, one is told all the same, that claims no more
/// flushed bytes than there are.
/// </summary>
internal sealed class CheckpointPacer
{
    private readonly IBodySink _sink;
    private readonly IAttemptListener _listener;
    private readonly TransferSettings _settings;
    private readonly TimeProvider _time;
    private readonly Lock _telling = new();
    private Task _flushing = Task.CompletedTask;
    private long _written;
    private long _flushed;
    private long _received;
    private long _flushStarted;
    private long _checkpointed;
    private long _checkpointTime;
    private long _progressTime;

    public CheckpointPacer(IBodySink sink, IAttemptListener listener, TransferSettings settings, TimeProvider time)
    {
        (_sink, _listener, _settings, _time) = (sink, listener, settings, time);
        _checkpointTime = time.GetTimestamp();
        _progressTime = _checkpointTime;
    }

    /// <summary>Bytes at the destination.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Bytes of these on the device, as far as this process knows.</summary>
    public long Flushed => Volatile.Read(ref _flushed);

    /// <summary>Bytes received over the network.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>A body begins here: bytes before it are there from earlier.</summary>
    public void StartAt(long offset)
    {
        Volatile.Write(ref _written, offset);
        Volatile.Write(ref _flushed, Math.Min(_flushed, offset));
        _flushStarted = _checkpointed = offset;
    }

    /// <summary>Bytes came in, whatever becomes of them.</summary>
    public void Count(int received) => Volatile.Write(ref _received, _received + received);

    /// <summary>Bytes reached the destination.</summary>
    /// <exception cref="TransferException">A flush failed.</exception>
    public void Advance(long written)
    {
        Volatile.Write(ref _written, written);
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_progressTime, now) >= _settings.ProgressPeriod)
        {
            _progressTime = now;
            lock (_telling)
                _listener.OnProgress(written, Received);
        }
        if (_flushing.IsFaulted)
            _flushing.GetAwaiter().GetResult();
        var due = _time.GetElapsedTime(Volatile.Read(ref _checkpointTime), now) >= _settings.CheckpointPeriod;
        // A flush begins early enough to be done, as a rule, when the checkpoint is due.
        if (_sink.FlushesToDevice && _flushing.IsCompleted && (due || written - _flushStarted >= _settings.CheckpointBytes / 4 * 3))
        {
            _flushStarted = written;
            Volatile.Write(ref _checkpointTime, now);
            _flushing = FlushBesideAsync(written);
        }
        else if (due || written - Volatile.Read(ref _checkpointed) >= _settings.CheckpointBytes)
            Tell();
    }

    /// <summary>Ends the flush that runs and flushes the rest, where the durability asks for it.</summary>
    /// <exception cref="TransferException">A flush failed.</exception>
    public async Task FlushAllAsync()
    {
        await _flushing;
        if (!_sink.FlushesToDevice || Flushed >= Written)
            return;
        await FlushBesideAsync(Written);
    }

    /// <summary>Waits for the flush that runs, whatever came of it.</summary>
    public async Task SettleAsync() => await _flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task FlushBesideAsync(long written)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _sink.Flush();
        Volatile.Write(ref _flushed, Math.Max(_flushed, written));
        Tell();
    }

    private void Tell()
    {
        lock (_telling)
        {
            // Flushed is read first: it never overtakes what was written.
            var (flushed, written) = (Flushed, Written);
            Volatile.Write(ref _checkpointed, written);
            Volatile.Write(ref _checkpointTime, _time.GetTimestamp());
            _listener.OnCheckpointDue(written, flushed);
        }
    }
}
