using System.Collections.Concurrent;

namespace Akka.TestKit;

/// <summary>What a test actor received and nobody looked at yet. Waits with or without blocking the thread.</summary>
internal sealed class TestQueue
{
    private readonly ConcurrentQueue<MessageEnvelope> _messages = new();
    private readonly SemaphoreSlim _count = new(0);

    public bool IsEmpty => _messages.IsEmpty;

    public void Add(MessageEnvelope envelope)
    {
        _messages.Enqueue(envelope);
        _count.Release();
    }

    /// <summary>The next message, or null where none comes in time. Ends at once where <paramref name="sync"/> is set.</summary>
    public async ValueTask<MessageEnvelope?> TakeAsync(TimeSpan timeout, bool sync, CancellationToken cancellation)
    {
        if (!await WaitAsync(timeout, sync, cancellation).ConfigureAwait(false))
            return null;
        return _messages.TryDequeue(out var next) ? next : throw new InvalidOperationException("Two readers took the same message.");
    }

    /// <summary>The next message, left where it is.</summary>
    public async ValueTask<MessageEnvelope?> PeekAsync(TimeSpan timeout, bool sync, CancellationToken cancellation)
    {
        if (!await WaitAsync(timeout, sync, cancellation).ConfigureAwait(false))
            return null;
        _count.Release();
        return _messages.TryPeek(out var next) ? next : null;
    }

    private ValueTask<bool> WaitAsync(TimeSpan timeout, bool sync, CancellationToken cancellation)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            timeout = TimeSpan.Zero;
        return sync ? new(_count.Wait(timeout, cancellation)) : new(_count.WaitAsync(timeout, cancellation));
    }
}
