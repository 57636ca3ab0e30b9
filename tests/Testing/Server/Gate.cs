namespace Ferry.Testing.Server;

/// <summary>Holds answers back until a test lets them go.</summary>
public sealed class Gate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _limit = long.MaxValue;

    /// <summary>Answers are held from now on, before their first byte.</summary>
    public void HoldAnswers() => Move(-1);

    /// <summary>Bodies are held from now on once this many of their bytes were sent. What was held goes on to there.</summary>
    /// <param name="bytes">How many bytes.</param>
    public void HoldBodiesAfter(long bytes) => Move(bytes);

    /// <summary>Everything held goes on; nothing is held any more.</summary>
    public void Release() => Move(long.MaxValue);

    /// <summary>Waits where the answer has to wait at this point.</summary>
    internal async Task PassAsync(long bodyBytes, CancellationToken aborted)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (bodyBytes < _limit)
                    return;
                moved = _moved.Task;
            }
            await moved.WaitAsync(aborted);
        }
    }

    /// <summary>How many more bytes of the body may go before it waits; zero or less where it waits now.</summary>
    internal long Allowance(long bodyBytes)
    {
        lock (_lock)
            return _limit - bodyBytes;
    }

    private void Move(long limit)
    {
        lock (_lock)
        {
            _limit = limit;
            _moved.TrySetResult();
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
