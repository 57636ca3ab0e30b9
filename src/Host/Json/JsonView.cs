using System.Text.Json;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Host.Rendering;
using Ferry.Host.Session;

namespace Ferry.Host.Json;

/// <summary>One JSON object per event and line on standard output; sentences about errors on standard error as ever.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="board">The transfers.</param>
internal sealed class JsonView(Terminal terminal, TransferBoard board) : ITransferView
{
    /// <inheritdoc/>
    public TimeSpan? Period => null;

    /// <inheritdoc/>
    public void Accepted(TransferRow row, IReadOnlyList<string> warnings) =>
        Write(new AcceptedLine(row.Id.Value, UrlText.WithoutQuery(row.Request.Url), row.FilePath, row.Bytes, warnings));

    /// <inheritdoc/>
    public void AlsoWrong(TransferRow row, TransferError error) => terminal.Complain(Sentences.Failed(row, error));

    /// <inheritdoc/>
    public void Told(TransferRow row, TransferEvent told)
    {
        if (LineOf(row, told) is { } line)
            Write(line);
        if (told is TransferFailed failed)
            terminal.Complain(Sentences.Failed(row, failed.Error));
    }

    /// <inheritdoc/>
    public void Tick()
    {
    }

    /// <inheritdoc/>
    public void Stopping()
    {
    }

    /// <inheritdoc/>
    public void End(bool interrupted)
    {
        foreach (var row in board.Rows.Where(r => !r.HasEnded))
            Write(new InterruptedLine(row.Id.Value, row.FilePath, row.Bytes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static EventLine? LineOf(TransferRow row, TransferEvent told) => row.Upload is null ? LineOf(row.Id.Value, told) : told switch
    {
        // Whoever knows the URL of a tus upload may write to it: the one that was asked for is told instead.
        HeadersReceived headers when row.Upload.Protocol is UploadProtocol.Tus =>
            new HeadersLine(row.Id.Value, headers.Head.Status, UrlText.WithoutQuery(row.Request.Url)),
        TransferRedirected redirected when row.Upload.Protocol is UploadProtocol.Tus =>
            new RedirectedLine(row.Id.Value, redirected.Redirect.Status, UrlText.WithoutQuery(row.Request.Url)),
        DataSendProgress progress => new SentLine(row.Id.Value, progress.Sent, progress.TotalSize),
        TransferCompleted completed => new UploadedLine(
            row.Id.Value, UrlText.WithoutQuery(row.Request.Url), completed.Outcome.Length, completed.Sent, completed.ResumedFrom, completed.Head?.Status,
            AnswerText.Of(completed)),
        _ => LineOf(row.Id.Value, told),
    };

    private static EventLine? LineOf(string id, TransferEvent told) => told switch
    {
        TransferStateChanged changed => new StateLine(id, CamelCase(changed.Phase.ToString())),
        HeadersReceived headers => new HeadersLine(id, headers.Head.Status, UrlText.WithoutQuery(headers.Head.FinalUrl.OriginalString)),
        DataReceiveProgress progress => new ProgressLine(id, progress.ReceiveSize, progress.TotalSize),
        TransferRedirected redirected => new RedirectedLine(
            id, redirected.Redirect.Status, UrlText.WithoutQuery(redirected.Redirect.To.OriginalString)),
        TransferRetrying retrying => new RetryingLine(
            id, retrying.Retry, retrying.NotBefore, (int)retrying.Error.Code, retrying.Error.Message),
        TransferRestarted restarted => new RestartedLine(id, CamelCase(restarted.Reason.ToString())),
        TransferCompleted completed => new CompletedLine(
            id, completed.Outcome.Path, completed.Outcome.Length, completed.Received, completed.ResumedFrom, completed.Outcome.Sha256),
        TransferFailed failed => new FailedLine(
            id, (int)failed.Error.Code, failed.Error.Message, failed.Error.Kind, failed.Error.RetryCanHelp, failed.Error.BytesKept),
        TransferCancelled cancelled => new CancelledLine(id, (int)ErrorCode.Cancelled, cancelled.PartKept),
        _ => null,
    };

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private void Write(EventLine line) => terminal.PrintJson(JsonSerializer.Serialize(line, line.GetType(), LinesContext.Plain));
}
