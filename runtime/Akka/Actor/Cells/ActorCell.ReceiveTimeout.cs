namespace Akka.Actor;

/// <summary>The idle alarm: set anew after each message that counts.</summary>
internal sealed partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable? _receiveTimeoutTimer;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        CancelReceiveTimeout();
        _receiveTimeout = timeout > TimeSpan.Zero ? timeout : null;
    }

    private void CheckReceiveTimeout()
    {
        if (_receiveTimeout is { } timeout && _receiveTimeoutTimer is null && !Mailbox.IsClosed)
            _receiveTimeoutTimer = SystemImpl.Scheduler.ScheduleTellOnceCancelable(timeout, Self, Actor.ReceiveTimeout.Instance, Self);
    }

    private void CancelReceiveTimeout()
    {
        _receiveTimeoutTimer?.Cancel();
        _receiveTimeoutTimer = null;
    }
}
