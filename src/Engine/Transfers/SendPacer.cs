
namespace Ferry.Engine.Transfers;

/// <summary>Tells the listener how far a request's body was sent, at the pace of progress; the last number is always told.</summary>
internal sealed class SendPacer(IAttemptListener listener, TransferSettings settings, TimeProvider time)
{
    private readonly Lock _telling = new();
    private long _toldAt = time.GetTimestamp();
    private long _sent;
    private long? _total;
    private bool _told = true;

    /// <summary>So much of the body was sent; of its length, once it is all.</summary>
    public void Sent(long sent, long? total)
    {
        lock (_telling)
        {
            // An end that was told is not told again.
            if (_told && sent == _sent && total == _total)
                return;
            (_sent, _total, _told) = (sent, total, false);
            if (sent == total || time.GetElapsedTime(_toldAt) >= settings.ProgressPeriod)
                Tell();
        }
    }

    /// <summary>Tells what was not told yet.</summary>
    public void Flush()
    {
        lock (_telling)
        {
            if (!_told)
                Tell();
        }
    }

    private void Tell()
    {
        _toldAt = time.GetTimestamp();
        _told = true;
        listener.OnSendProgress(_sent, _total);
    }
}
