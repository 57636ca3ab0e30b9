using System.Collections.Concurrent;

namespace Ferry.Testing.Tls;

/// <summary>Answers of a <see cref="TlsServer"/> that are held in their middle, by path and query.</summary>
public sealed class HeldStreams
{
    private readonly ConcurrentDictionary<string, HeldStream> _streams = new(StringComparer.Ordinal);

    /// <summary>The answer to a path, before or after it was asked for.</summary>
    /// <param name="path">Path and query.</param>
    public HeldStream Of(string path) => _streams.GetOrAdd(path, _ => new HeldStream());
}

/// <summary>An answer that is held in its middle.</summary>
public sealed class HeldStream
{
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first half was handed to the connection.</summary>
    public Task Began => _began.Task;

    /// <summary>Ends when the client gives the answer up.</summary>
    public Task Aborted => _aborted.Task;

    /// <summary>Lets the second half go.</summary>
    public void Release() => _released.TrySetResult();

    internal async Task HoldAsync(CancellationToken aborted)
    {
        _began.TrySetResult();
        try
        {
            await _released.Task.WaitAsync(aborted);
        }
        catch (OperationCanceledException)
        {
            _aborted.TrySetResult();
            throw;
        }
    }
}
