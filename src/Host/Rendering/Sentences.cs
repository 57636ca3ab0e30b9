using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Host.Commands;
using Ferry.Host.Session;

namespace Ferry.Host.Rendering;

/// <summary>What happened to a transfer, in words; the same on a terminal and in a log.</summary>
internal static class Sentences
{
    /// <summary>It begins, or goes on.</summary>
    public static string Begins(TransferRow row) => row.From > 0 && row.Total is { } total
        ? $"{row.Name}: goes on at {Quantity.Bytes(row.From)} of {Quantity.Bytes(total)} ({Quantity.Percent(row.From, total)} %)"
        : row.From > 0 ? $"{row.Name}: goes on at {Quantity.Bytes(row.From)}"
        : row.Total is { } length ? $"{row.Name}: begins, {Quantity.Bytes(length)}" : $"{row.Name}: begins";

    /// <summary>How far it came.</summary>
    public static string Progress(TransferRow row)
    {
        var text = row.Total is { } total
            ? $"{row.Name}: {Quantity.Percent(row.Bytes, total)} %, {Quantity.Bytes(row.Bytes)} of {Quantity.Bytes(total)}"
            : $"{row.Name}: {Quantity.Bytes(row.Bytes)}";
        if (row.Rate is { } rate)
            text += $", {Quantity.Rate(rate)}";
        return row.TimeLeft is { } left ? $"{text}, {Quantity.Time(left)} left" : text;
    }

    /// <summary>It is done.</summary>
    /// <param name="row">The transfer.</param>
    /// <param name="completed">How.</param>
    /// <param name="time">The clock.</param>
    public static string Done(TransferRow row, TransferCompleted completed, TimeProvider time)
    {
        var (length, moved) = (completed.Outcome.Length, row.Upload is null ? completed.Received : completed.Sent);
        if (WasUploaded(row, completed))
            return $"{row.Name}: was uploaded already and has not changed since, {Quantity.Bytes(length)}; --force sends it again";
        if (row.Upload is null && moved == 0 && completed.ResumedFrom == 0 && length > 0)
            return $"{row.Name}: is here already and unchanged, {Quantity.Bytes(length)}";
        var text = $"{row.Name}: done, {Quantity.Bytes(length)}";
        if (row.BeganAt is { } began)
        {
            var elapsed = time.GetElapsedTime(began);
            text += $" in {Quantity.Time(elapsed)}";
            if (elapsed > TimeSpan.FromSeconds(1))
                text += $" ({Quantity.Rate(moved / elapsed.TotalSeconds)})";
        }
        if (completed.ResumedFrom > 0)
            text += $", {Quantity.Bytes(completed.ResumedFrom)} kept from before";
        if (row.Upload is not null && completed.Head is { } head)
            text += $", {$"{head.Status} {head.Reason}".TrimEnd()}";
        return completed.Outcome.Path is { } path && path != row.FilePath ? $"{text}, saved as {Path.GetFileName(path)}" : text;
    }

    /// <summary>What the server said to an upload, line by line, where that is a short text; empty for a download.</summary>
    public static IReadOnlyList<string> Answer(TransferRow row, TransferCompleted completed) =>
        row.Upload is not null && AnswerText.Of(completed) is { } text ? text.TrimEnd().ReplaceLineEndings("\n").Split('\n') : [];

    /// <summary>An attempt broke.</summary>
    public static string Retrying(TransferRow row, TransferRetrying retrying, TimeProvider time) =>
        $"{row.Name}: {Inner(retrying.Error.Message)}; retry {retrying.Retry} in {Quantity.Time(retrying.NotBefore - time.GetUtcNow())}";

    /// <summary>What was received, or sent, was dropped.</summary>
    public static string Restarted(TransferRow row, RestartReason reason) => $"{row.Name}: starts over, {Why(row, reason)}";

    /// <summary>It was cancelled.</summary>
    public static string Cancelled(TransferRow row) => $"{row.Name}: cancelled";

    /// <summary>Why it failed, as a complaint of the program.</summary>
    public static Complaint Failed(TransferRow row, TransferError error)
    {
        var kept = (error.BytesKept, row.Upload) switch
        {
            (0, _) => "",
            (var bytes, null) => $" {Quantity.Bytes(bytes)} are kept: run it again to go on.",
            var (bytes, _) => $" The server has {Quantity.Bytes(bytes)} of it: run it again to go on.",
        };
        return new Complaint(error.Code, $"{row.Name}: {FlagNames.In(error.Message)}{kept}");
    }

    /// <summary>Several transfers are over.</summary>
    public static string Summary(TransferBoard board)
    {
        var done = board.Rows.Count(r => r.Phase == TransferPhase.Completed);
        var received = board.Rows.Sum(r => r.End is TransferCompleted completed ? completed.Received : 0);
        var text = $"{done} of {Quantity.Count(board.Rows.Count, "file")} done, {Quantity.Bytes(received)} received";
        if (board.Failed > 0)
            text += $", {board.Failed} failed";
        return board.Cancelled > 0 ? $"{text}, {board.Cancelled} cancelled" : text;
    }

    /// <summary>It was interrupted and can go on.</summary>
    public static string Resumable(TransferBoard board)
    {
        var left = board.Rows.Where(r => !r.HasEnded).ToArray();
        return left switch
        {
            [{ Upload: { } upload } one] => Resumable(one, upload),
            [var one] => $"Stopped; {one.Name} keeps {Quantity.Bytes(one.Bytes)}. Run the same command again to go on.",
            _ => $"Stopped; {Quantity.Count(left.Length, "file")} left, {Quantity.Bytes(left.Sum(r => r.Bytes))} of them kept. Run the same command again to go on.",
        };
    }

    /// <summary>What a transfer is doing, in a word or two.</summary>
    public static string State(TransferRow row, TimeProvider time) => row.Phase switch
    {
        TransferPhase.Queued => "waiting",
        TransferPhase.Probing => "connecting",
        TransferPhase.Transferring => row.Upload is null ? "receiving" : "sending",
        TransferPhase.WaitingToRetry when row.RetryAt is { } at => $"retry in {Quantity.Time(at - time.GetUtcNow())}",
        TransferPhase.WaitingToRetry => "will retry",
        TransferPhase.Verifying => "checking",
        TransferPhase.Publishing => "saving",
        TransferPhase.Stopping => "stopping",
        TransferPhase.Paused => "paused",
        TransferPhase.Completed => "done",
        TransferPhase.Failed => "failed",
        _ => "cancelled",
    };

    private static bool WasUploaded(TransferRow row, TransferCompleted completed) =>
        row.Upload is not null && completed is { Head: null, Sent: 0, ResumedFrom: 0 };

    private static string Resumable(TransferRow row, UploadOptions upload)
    {
        if (upload.Protocol is UploadProtocol.Tus)
            return $"Stopped; {row.Name} came to {Quantity.Bytes(row.Bytes)}. Run the same command again to go on.";
        if (row.Opening is null)
            return $"Stopped; nothing of {row.Name} was sent. Run the same command again to go on.";
        return row.Request.Options is { Method: "PUT" } or { Idempotent: true }
            ? $"Stopped; {row.Name} cannot go on in the middle: the same command sends it from the start."
            : $"Stopped; {row.Name} may have arrived all the same: look at the server before you send it again.";
    }

    private static string Why(TransferRow row, RestartReason reason) => reason switch
    {
        RestartReason.ResourceChanged when row.Upload is not null => "the server has another upload in its place",
        RestartReason.UploadLost => "the server no longer has what was sent",
        RestartReason.SentFromStart => $"a plain {row.Request.Options.Method} cannot go on in the middle",
        RestartReason.ResourceChanged => "the file has changed at the server",
        RestartReason.NoValidator => "the server gives no strong validator to tell its versions apart",
        RestartReason.RangesIgnored => "the server does not serve ranges",
        RestartReason.RangeMangled => "the server answered with another range than was asked for",
        _ => "the part file is gone or too short",
    };

    private static string Inner(string message) => message.TrimEnd('.');
}
