namespace Ferry.Testing.Server;

/// <summary>A request the server received, and what became of it.</summary>
public sealed class ServedRequest
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<(long Bytes, TaskCompletionSource Latch)> _waiting = [];
    private long _bodySent;

    internal ServedRequest(int number, Arrival arrival, string connection)
    {
        Number = number;
        Arrival = arrival;
        Connection = connection;
    }

    /// <summary>Its number on this server, from 1.</summary>
    public int Number { get; }

    /// <summary>The request.</summary>
    public Arrival Arrival { get; }

    /// <summary>Which connection it came on.</summary>
    public string Connection { get; }

    /// <summary>The method.</summary>
    public string Method => Arrival.Method;

    /// <summary>The path.</summary>
    public string Path => Arrival.Path;

    /// <summary>The status answered; zero before.</summary>
    public int Status { get; internal set; }

    /// <summary>Bytes of the body handed to the connection so far.</summary>
    public long BodySent => Interlocked.Read(ref _bodySent);

    /// <summary>The body of the request.</summary>
    public byte[] Body { get; internal set; } = [];

    /// <summary>Ends when the server is done with the request, however it went.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ends when the client closes the connection while the request is being answered.</summary>
    public Task ClosedByClient => _closed.Task;

    /// <summary>A field's value, or null.</summary>
    /// <param name="name">The field's name.</param>
    public string? Field(string name) => Arrival.Field(name);

    /// <inheritdoc/>
    public override string ToString() => $"#{Number} {Method} {Arrival.Target} Range={Field("Range")} -> {Status}, {BodySent} bytes";

    /// <summary>Ends when so many bytes of the body were handed to the connection, or when there will be no more.</summary>
    /// <param name="bytes">How many.</param>
    public Task SentAtLeast(long bytes)
    {
        lock (_lock)
        {
            if (BodySent >= bytes || Ended.IsCompleted)
                return Task.CompletedTask;
            var latch = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((bytes, latch));
            return latch.Task;
        }
    }

    internal void Sent(long bytes)
    {
        lock (_lock)
        {
            _bodySent += bytes;
            foreach (var (_, latch) in _waiting.Where(w => w.Bytes <= _bodySent))
                latch.TrySetResult();
        }
    }

    internal void End()
    {
        lock (_lock)
        {
            _ended.TrySetResult();
            foreach (var (_, latch) in _waiting)
                latch.TrySetResult();
        }
    }

    internal void Close() => _closed.TrySetResult();
}
