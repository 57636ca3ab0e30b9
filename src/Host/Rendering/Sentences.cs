using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;
using Ferry.Host.Commands;
using Ferry.Host.Session;

namespace Ferry.Host.Rendering;

/// <summary>What happened to a transfer, in words; the same on a terminal and in a log.</summary>
internal static class Sentences
{
    /// <summary>It begins, or goes on.</summary>
    public static string Begins(TransferRow row) => row.Bytes > 0 && row.Total is { } total
        ? $"{row.Name}: goes on at {Quantity.Bytes(row.Bytes)} of {Quantity.Bytes(total)} ({Quantity.Percent(row.Bytes, total)} %)"
        : row.Bytes > 0 ? $"{row.Name}: goes on at {Quantity.Bytes(row.Bytes)}"
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
        var (length, received) = (completed.Outcome.Length, completed.Received);
        if (received == 0 && completed.ResumedFrom == 0 && length > 0)
            return $"{row.Name}: is here already and unchanged, {Quantity.Bytes(length)}";
        var text = $"{row.Name}: done, {Quantity.Bytes(length)}";
        if (row.BeganAt is { } began)
        {
            var elapsed = time.GetElapsedTime(began);
            text += $" in {Quantity.Time(elapsed)}";
            if (elapsed > TimeSpan.FromSeconds(1))
                text += $" ({Quantity.Rate(received / elapsed.TotalSeconds)})";
        }
        if (completed.ResumedFrom > 0)
            text += $", {Quantity.Bytes(completed.ResumedFrom)} kept from before";
        return completed.Outcome.Path is { } path && path != row.TargetPath ? $"{text}, saved as {Path.GetFileName(path)}" : text;
    }

    /// <summary>An attempt broke.</summary>
    public static string Retrying(TransferRow row, TransferRetrying retrying, TimeProvider time) =>
        $"{row.Name}: {Inner(retrying.Error.Message)}; retry {retrying.Retry} in {Quantity.Time(retrying.NotBefore - time.GetUtcNow())}";

    /// <summary>What was received was dropped.</summary>
    public static string Restarted(TransferRow row, RestartReason reason) => $"{row.Name}: starts over, {Why(reason)}";

    /// <summary>It was cancelled.</summary>
    public static string Cancelled(TransferRow row) => $"{row.Name}: cancelled";

    /// <summary>Why it failed, as a complaint of the program.</summary>
    public static Complaint Failed(TransferRow row, TransferError error)
    {
        var kept = error.BytesKept > 0 ? $" {Quantity.Bytes(error.BytesKept)} are kept: run it again to go on." : "";
        return new Complaint(error.Code, $"{row.Name}: {error.Message}{kept}");
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
        return left is [var one]
            ? $"Stopped; {one.Name} keeps {Quantity.Bytes(one.Bytes)}. Run the same command again to go on."
            : $"Stopped; {Quantity.Count(left.Length, "file")} left, {Quantity.Bytes(left.Sum(r => r.Bytes))} of them kept. Run the same command again to go on.";
    }

    /// <summary>What a transfer is doing, in a word or two.</summary>
    public static string State(TransferRow row, TimeProvider time) => row.Phase switch
    {
        TransferPhase.Queued => "waiting",
        TransferPhase.Probing => "connecting",
        TransferPhase.Transferring => "receiving",
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

    private static string Why(RestartReason reason) => reason switch
    {
        RestartReason.ResourceChanged => "the file has changed at the server",
        RestartReason.NoValidator => "the server gives no strong validator to tell its versions apart",
        RestartReason.RangesIgnored => "the server does not serve ranges",
        RestartReason.RangeMangled => "the server answered with another range than was asked for",
        _ => "the part file is gone or too short",
    };

    private static string Inner(string message) => message.TrimEnd('.');
}
