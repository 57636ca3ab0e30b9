namespace Ferry.Interop.Tests.Receiver;

/// <summary>Holds the next upload that reaches an offset, once.</summary>
/// <param name="held">Told the request's number and the offset when one is held.</param>
internal sealed class UploadHold(Action<int, long> held)
{
    private readonly Lock _lock = new();
    private long _at = long.MaxValue;
    private TaskCompletionSource _released = new();

    /// <summary>Sets the offset.</summary>
    /// <param name="offset">The offset in the upload.</param>
    public void Set(long offset)
    {
        lock (_lock)
            (_at, _released) = (offset, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    /// <summary>Lets the held one go on.</summary>
    public void Release()
    {
        lock (_lock)
            _released.TrySetResult();
    }

    /// <summary>How many bytes may be read, once any may be.</summary>
    /// <param name="number">The request.</param>
    /// <param name="offset">Where it stands in the upload.</param>
    /// <param name="wanted">How many it wants.</param>
    /// <param name="cancellation">Gives up the wait.</param>
    public async ValueTask<int> RoomAsync(int number, long offset, int wanted, CancellationToken cancellation)
    {
        Task released;
        long at;
        lock (_lock)
        {
            if (offset < _at)
                return (int)Math.Min(wanted, _at - offset);
            (at, _at, released) = (_at, long.MaxValue, _released.Task);
        }
        held(number, at);
        await released.WaitAsync(cancellation);
        return wanted;
    }
}
