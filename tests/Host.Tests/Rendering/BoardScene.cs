using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Host.Rendering;
using Ferry.Host.Session;
using Ferry.Testing.Time;

namespace Ferry.Host.Tests.Rendering;

/// <summary>Transfers to be shown, moved by hand.</summary>
internal sealed class BoardScene : IDisposable
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private long _sequence;

    public BoardScene(params string[] names)
        : this(names.Select((name, i) => new TransferRequest
        {
            Id = $"id{i}",
            Url = $"https://example.com/{name}?secret=1",
            Destination = new FileDestination($"/data/{name}"),
        }))
    {
    }

    private BoardScene(IEnumerable<TransferRequest> requests)
    {
        Board = new TransferBoard(requests);
        Terminal = new Terminal(_out, _error) { Time = Time, Unicode = true, Colours = true, ErrorColours = true, IsInteractive = true, IsErrorInteractive = true };
    }

    /// <summary>Uploads instead.</summary>
    public static BoardScene OfUploads(params IEnumerable<(string Name, string Method, UploadProtocol Protocol)> uploads) => new(uploads.Select((upload, i) =>
        new TransferRequest
        {
            Id = $"id{i}",
            Url = $"https://example.com/up/{upload.Name}?secret=1",
            Options = new RequestOptions { Method = upload.Method, ExtraData = new FileData($"/data/{upload.Name}") },
            Upload = new UploadOptions { Protocol = upload.Protocol },
            Destination = new MemoryDestination(),
        }));

    public ManualTimeProvider Time { get; } = new();

    public TransferBoard Board { get; }

    public Terminal Terminal { get; set; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public TransferRow this[int index] => Board.Rows[index];

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    public BoardScene Phase(int index, TransferPhase phase, ITransferView? view = null) =>
        Tell(index, (id, n) => new TransferStateChanged(id, n, phase), view);

    public BoardScene Headers(int index, long from, long total, ITransferView? view = null)
    {
        HeaderField[] fields = from > 0
            ? [new HeaderField("content-range", $"bytes {from}-{total - 1}/{total}"), new HeaderField("content-length", $"{total - from}")]
            : [new HeaderField("content-length", $"{total}")];
        var head = new AnswerHead(from > 0 ? 206 : 200, null, new Version(1, 1), new Uri("https://example.com/x"), fields);
        return Tell(index, (id, n) => new HeadersReceived(id, n, head), view);
    }

    public BoardScene Progress(int index, long bytes, long? total, ITransferView? view = null) =>
        Tell(index, (id, n) => new DataReceiveProgress(id, n, bytes, total), view);

    /// <summary>Receives at an even rate for so many seconds.</summary>
    public BoardScene Receive(int index, long from, long bytesPerSecond, int seconds, long? total, ITransferView? view = null)
    {
        Phase(index, TransferPhase.Transferring, view);
        Progress(index, from, total, view);
        for (var second = 1; second <= seconds; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Progress(index, from + (second * bytesPerSecond), total, view);
        }
        return this;
    }

    /// <summary>Sends at an even rate for so many seconds.</summary>
    public BoardScene Send(int index, long from, long bytesPerSecond, int seconds, long total, ITransferView? view = null)
    {
        Phase(index, TransferPhase.Transferring, view);
        for (var second = 1; second <= seconds; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Tell(index, (id, n) => new DataSendProgress(id, n, bytesPerSecond, from + (second * bytesPerSecond), total), view);
        }
        return this;
    }

    /// <summary>The server took an upload.</summary>
    public BoardScene Taken(int index, long length, long sent, long resumedFrom, int status, string? text = null, ITransferView? view = null)
    {
        HeaderField[] fields = [new HeaderField("content-type", "text/plain; charset=utf-8")];
        var head = new AnswerHead(status, status == 201 ? "Created" : "No Content", new Version(1, 1), new Uri("https://example.com/up/x?secret=1"), fields);
        Tell(index, (id, n) => new HeadersReceived(id, n, head), view);
        return Tell(
            index,
            (id, n) => new TransferCompleted(
                id, n, new CompletedOutcome(length, null, null), head, System.Text.Encoding.UTF8.GetBytes(text ?? ""), text?.Length ?? 0, resumedFrom)
            { Sent = sent },
            view);
    }

    public BoardScene Retry(int index, int retry, TimeSpan wait, ITransferView? view = null) => Tell(
        index,
        (id, n) => new TransferRetrying(id, n, retry, Time.GetUtcNow() + wait, new TransferError(
            ErrorCode.ReceiveFailed, ErrorStage.Receiving, ErrorSide.Network, "The connection was lost.")),
        view);

    public BoardScene Restart(int index, RestartReason reason, ITransferView? view = null) =>
        Tell(index, (id, n) => new TransferRestarted(id, n, reason), view);

    public BoardScene Complete(int index, long length, long received, long resumedFrom, string? sha256 = null, string? path = null, ITransferView? view = null) => Tell(
        index,
        (id, n) => new TransferCompleted(
            id, n, new CompletedOutcome(length, sha256, path ?? this[index].FilePath), null, default, received, resumedFrom),
        view);

    public BoardScene Fail(int index, ErrorCode code, string message, long kept, ITransferView? view = null) => Tell(
        index,
        (id, n) => new TransferFailed(id, n, new TransferError(code, ErrorStage.Answering, ErrorSide.Remote, message) { BytesKept = kept }),
        view);

    public BoardScene Cancel(int index, ITransferView? view = null) => Tell(index, (id, n) => new TransferCancelled(id, n, PartKept: false), view);

    private BoardScene Tell(int index, Func<TransferId, long, TransferEvent> make, ITransferView? view)
    {
        var told = make(this[index].Id, ++_sequence);
        this[index].Apply(told, Time);
        if (this[index].HasEnded)
            Board.CountEnded();
        view?.Told(this[index], told);
        return this;
    }
}
