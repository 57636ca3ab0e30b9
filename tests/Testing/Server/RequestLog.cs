namespace Ferry.Testing.Server;

/// <summary>Every request the server received, in order.</summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly List<ServedRequest> _requests = [];
    private readonly List<(int Count, TaskCompletionSource<ServedRequest> Latch)> _waiting = [];

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<ServedRequest> All
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>How many there are so far.</summary>
    public int Count => All.Count;

    /// <summary>The last one.</summary>
    public ServedRequest Last => All[^1];

    /// <summary>All body bytes sent so far.</summary>
    public long BodySent => All.Sum(r => r.BodySent);

    /// <summary>The requests for a path.</summary>
    /// <param name="path">The path.</param>
    public IReadOnlyList<ServedRequest> For(string path) => All.Where(r => r.Path == path).ToArray();

    /// <summary>Ends when a request arrived, with that request.</summary>
    /// <param name="number">Its number, from 1.</param>
    public Task<ServedRequest> ArrivalOf(int number)
    {
        lock (_lock)
        {
            if (_requests.Count >= number)
                return Task.FromResult(_requests[number - 1]);
            var latch = new TaskCompletionSource<ServedRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((number, latch));
            return latch.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    internal ServedRequest Add(Arrival arrival, string connection)
    {
        lock (_lock)
        {
            var request = new ServedRequest(_requests.Count + 1, arrival, connection);
            _requests.Add(request);
            foreach (var (_, latch) in _waiting.Where(w => w.Count == request.Number))
                latch.TrySetResult(request);
            return request;
        }
    }
}
