using System.Globalization;
using Ferry.Actors.Protocol;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Engine.Uploads;
using Ferry.Host.Targets;

namespace Ferry.Host.Session;

/// <summary>One transfer as the program follows it. Written by one loop alone.</summary>
internal sealed class TransferRow
{
    private readonly RateMeter _rate = new();
    private readonly FileDestination? _destination;

    /// <summary>Starts following a transfer.</summary>
    /// <param name="request">Its request; with an id, and a file as target or an upload of one.</param>
    public TransferRow(TransferRequest request)
    {
        Request = request;
        Id = TransferId.Parse(request.Id!);
        _destination = request.Destination as FileDestination;
        FilePath = _destination switch
        {
            null => SourceFiles.Of(request.Options)[0],
            { NameFromAnswer: true } => Path.Combine(_destination.Path, SafeFileName.OfUrl(request.Url)),
            _ => _destination.Path,
        };
        Name = Path.GetFileName(FilePath);
    }

    /// <summary>The id.</summary>
    public TransferId Id { get; }

    /// <summary>What was asked for.</summary>
    public TransferRequest Request { get; }

    /// <summary>Whether it is sent, and how; null for a download.</summary>
    public UploadOptions? Upload => Request.Upload;

    /// <summary>
    /// The file on this machine: the one that is sent, or the target as asked for; where the server names the target, what it is without that.
    /// </summary>
    public string FilePath { get; }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>What it is doing.</summary>
    public TransferPhase Phase { get; private set; } = TransferPhase.Queued;

    /// <summary>Bytes at the destination; of an upload, sent so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The length of the whole, or null where unknown.</summary>
    public long? Total { get; private set; }

    /// <summary>The event the body began with in this run: the header of an answer, or the first bytes of an upload; null before.</summary>
    public TransferEvent? Opening { get; private set; }

    /// <summary>The byte the body began with in this run; zero before.</summary>
    public long From { get; private set; }

    /// <summary>Bytes a second, lately; null while there is too little to tell.</summary>
    public double? Rate => Phase == TransferPhase.Transferring ? _rate.BytesPerSecond : null;

    /// <summary>The time left at the present rate, or null where it cannot be told.</summary>
    public TimeSpan? TimeLeft => Rate is > 0 and { } rate && Total is { } total && (total - Bytes) / rate < 360_000
        ? TimeSpan.FromSeconds((total - Bytes) / rate)
        : null;

    /// <summary>When the next attempt starts, while it waits for that.</summary>
    public DateTimeOffset? RetryAt { get; private set; }

    /// <summary>The last event of the transfer, once it came.</summary>
    public TransferTerminated? End { get; private set; }

    /// <summary>When the body began to flow, by the clock's timestamp.</summary>
    public long? BeganAt { get; private set; }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => End is not null;

    /// <summary>Takes in what is known from before.</summary>
    public void Known(TransferStatus status)
    {
        if (HasEnded)
            return;
        Phase = status.Phase;
        Bytes = status.Received;
        Total = status.Total;
    }

    /// <summary>Takes in what is there now that nothing runs any more.</summary>
    public void Rest()
    {
        // Of an upload the server knows how much it has.
        if (_destination is not null)
            Bytes = PartFiles.Length(_destination, Id) ?? 0;
    }

    /// <summary>Takes in an event.</summary>
    /// <param name="told">The event.</param>
    /// <param name="time">The clock.</param>
    public void Apply(TransferEvent told, TimeProvider time)
    {
        switch (told)
        {
            case TransferStateChanged changed:
                Phase = changed.Phase;
                if (changed.Phase == TransferPhase.Transferring)
                    BeganAt ??= time.GetTimestamp();
                break;
            case HeadersReceived headers when Upload is null:
                (Bytes, Total) = Extent(headers.Head);
                Open(headers, Bytes);
                break;
            case TransferRetrying retrying:
                (Phase, RetryAt) = (TransferPhase.WaitingToRetry, retrying.NotBefore);
                _rate.Reset();
                break;
            case TransferRestarted:
                Bytes = 0;
                _rate.Reset();
                break;
            case DataReceiveProgress progress when Upload is null:
                Moved(progress.ReceiveSize, progress.TotalSize, time);
                break;
            case DataSendProgress progress when Upload is not null:
                Open(progress, progress.Sent - progress.SendSize);
                Moved(progress.Sent, progress.TotalSize, time);
                break;
            case TransferTerminated end:
                Finish(end);
                break;
            default:
                break;
        }
    }

    private void Open(TransferEvent told, long from)
    {
        if (Opening is null)
            (Opening, From) = (told, from);
    }

    private void Moved(long bytes, long? total, TimeProvider time)
    {
        (Bytes, Total) = (bytes, total ?? Total);
        _rate.Add(Bytes, time);
    }

    // Where the body begins and how long the whole is: Content-Range of a 206, else Content-Length (RFC 9110 sections 14.4 and 8.6).
    private static (long From, long? Total) Extent(AnswerHead head)
    {
        if (head.Status == 206 && ContentRange.Parse(head.Field("content-range")) is { Range: { } part } range)
            return (part.From, range.Total);
        var length = long.TryParse(head.Field("content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : (long?)null;
        return (0, head.Field("content-encoding") is null ? length : null);
    }

    private void Finish(TransferTerminated end)
    {
        End = end;
        switch (end)
        {
            case TransferCompleted completed:
                Phase = TransferPhase.Completed;
                Bytes = completed.Outcome.Length;
                Total = completed.Outcome.Length;
                break;
            case TransferFailed failed:
                Phase = TransferPhase.Failed;
                Bytes = failed.Error.BytesKept;
                break;
            default:
                Phase = TransferPhase.Cancelled;
                break;
        }
    }
}
