using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>
/// The sending of one request's body. The server's silence counts while bytes are written and after the last one, not while a file or a stream is
/// read for more.
/// </summary>
internal sealed class SendScope(CallWatch watch, Action? onBegun, Action<long, long?>? onSent) : ISendListener
{
    private volatile bool _left;
    private volatile bool _underWay;
    private volatile bool _begun;

    /// <summary>Whether some of the body may have gone out: over whichever connection was free first, which need not be the one made for this request.</summary>
    public bool HasBegun => _begun;

    /// <summary>The stage a failure belongs to: sending, as long as the body is on its way; how far its own connection came does not matter once it is.</summary>
    public ErrorStage StageOf(ErrorStage reached) => _underWay ? ErrorStage.Sending : _begun ? ErrorStage.Answering : reached;

    /// <summary>The request has its answer: what may still be sent of the body does not touch the watch any more.</summary>
    public void Leave() => _left = true;

    public void Began()
    {
        (_underWay, _begun) = (true, true);
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
        _underWay = false;
        if (!_left)
            watch.BeginWait();
        if (sent > 0)
            onSent?.Invoke(sent, sent);
    }
}
