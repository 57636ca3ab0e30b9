using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>
/// The sending of one request's body. The server's silence counts while bytes are written and after the last one, not while a file or a stream is
/// read for more.
/// </summary>
internal sealed class SendScope(CallWatch watch, Action? onBegun, Action<long, long?>? onSent) : ISendListener
{
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _left;
    private volatile Phase _phase;
    private volatile TaskCompletionSource<Exception?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private enum Phase
    {
        NotBegun,
        UnderWay,
        Sent,
        Broken,
    }

    /// <summary>Whether some of the body may have gone out: over whichever connection was free first, which need not be the one made for this request.</summary>
    public bool HasBegun => _phase is not Phase.NotBegun;

    /// <summary>Whether the body is on its way now.</summary>
    public bool IsUnderWay => _phase is Phase.UnderWay;

    public CancellationToken Stopped => _stop.Token;

    /// <summary>Ends with the body: null where all of it was written, otherwise why it broke off. By HTTP/2 an answer may come before.</summary>
    public Task<Exception?> End => _end.Task;

    /// <summary>The stage a failure belongs to: sending, as long as the body is on its way; how far its own connection came does not matter once it is.</summary>
    public ErrorStage StageOf(ErrorStage reached) => _phase switch
    {
        Phase.UnderWay or Phase.Broken => ErrorStage.Sending,
        Phase.Sent => ErrorStage.Answering,
        _ => reached,
    };

    /// <summary>The request has its answer: what may still be sent of the body does not touch the watch any more.</summary>
    public void Leave() => _left = true;

    /// <summary>Nothing more of the body is sent.</summary>
    public void Stop() => _stop.Cancel();

    public void Began()
    {
        // The platform may send it a second time where a server did not look at the first.
        if (_end.Task.IsCompleted)
            _end = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _phase = Phase.UnderWay;
        onBegun?.Invoke();
        if (!_left)
            watch.EndWait();
    }

    public void Writing()
    {
        if (!_left)
            watch.BeginWait();
    }

    public void Wrote(long sent, long? total)
    {
        if (!_left)
            watch.EndWait();
        onSent?.Invoke(sent, total);
    }

    public void Ended(long sent)
    {
        _phase = Phase.Sent;
        if (!_left)
            watch.BeginWait();
        if (sent > 0)
            onSent?.Invoke(sent, sent);
        _end.TrySetResult(null);
    }

    public void BrokeOff(Exception cause)
    {
        _phase = Phase.Broken;
        _end.TrySetResult(cause);
    }
}
