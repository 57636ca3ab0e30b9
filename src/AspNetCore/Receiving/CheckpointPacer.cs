using Ferry.AspNetCore.Storage;

namespace Ferry.AspNetCore.Receiving;

/// <summary>
/// Flushes what is received now and then, so that a loss of power in a long request takes little, and the flush at its end has little to do.
/// One flush at a time, beside the writes. It is asked after each write and has no timer. Where nothing is flushed, or nothing counts before it is checked,
/// it notes that bytes still come: a long request does not expire.
/// </summary>
internal sealed class CheckpointPacer(UploadContext context, HeldUpload upload, bool isChecked)
{
    private const long Bytes = 32 * 1024 * 1024;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private Task _running = Task.CompletedTask;
    private long _lastOffset = upload.Offset;
    private long _lastTime = context.Time.GetTimestamp();

    /// <summary>Bytes were written.</summary>
    /// <exception cref="IOException">A flush failed.</exception>
    public void Written()
    {
        if (!_running.IsCompleted)
            return;
        _running.GetAwaiter().GetResult();
        var flushes = context.Flushes && !isChecked;
        var now = context.Time.GetTimestamp();
        var isDue = context.Time.GetElapsedTime(_lastTime, now) >= Period || (flushes && upload.Offset - _lastOffset >= Bytes);
        if (!isDue)
            return;
        (_lastOffset, _lastTime) = (upload.Offset, now);
        if (flushes)
            _running = CheckpointAsync(upload.Offset);
        else
            upload.Touch();
    }

    /// <summary>Waits for the flush that runs.</summary>
    /// <exception cref="IOException">It failed.</exception>
    public Task SettleAsync() => _running;

    private async Task CheckpointAsync(long upTo)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        upload.Checkpoint(upTo);
    }
}
