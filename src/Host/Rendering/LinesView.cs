using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Host.Session;

namespace Ferry.Host.Rendering;

/// <summary>A few plain lines, for logs and pipes.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="board">The transfers.</param>
internal sealed class LinesView(Terminal terminal, TransferBoard board) : ITransferView
{
    // With more transfers than this, lines about single ones are only noise; what went wrong is always told.
    private const int Few = 20;

    private readonly bool _few = board.Rows.Count <= Few;

    /// <inheritdoc/>
    public TimeSpan? Period => TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public void Accepted(TransferRow row, IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
            terminal.Complain($"ferry: {row.Name}: {warning}");
    }

    /// <inheritdoc/>
    public void AlsoWrong(TransferRow row, TransferError error) => terminal.Complain(Sentences.Failed(row, error));

    /// <inheritdoc/>
    public void Told(TransferRow row, TransferEvent told)
    {
        switch (told)
        {
            case var opening when ReferenceEquals(opening, row.Opening) && _few:
                terminal.Print(Sentences.Begins(row));
                break;
            case TransferRetrying retrying:
                terminal.Print(Sentences.Retrying(row, retrying, terminal.Time));
                break;
            case TransferRestarted restarted:
                terminal.Print(Sentences.Restarted(row, restarted.Reason));
                break;
            case TransferFailed failed:
                terminal.Complain(Sentences.Failed(row, failed.Error));
                break;
            case TransferCancelled:
                terminal.Print(Sentences.Cancelled(row));
                break;
            case TransferCompleted completed:
                Done(row, completed);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void Tick()
    {
        if (board.AllEnded)
            return;
        if (!_few)
        {
            terminal.Print($"{board.Ended} of {board.Rows.Count} finished, {board.Active} active, {Quantity.Bytes(board.Bytes)}, {Quantity.Rate(board.Rate)}");
            return;
        }
        foreach (var row in board.Rows.Where(r => r.Rate is not null))
            terminal.Print(Sentences.Progress(row));
    }

    /// <inheritdoc/>
    public void Stopping()
    {
    }

    /// <inheritdoc/>
    public void End(bool interrupted)
    {
        if (interrupted)
            terminal.Complain(Sentences.Resumable(board));
        else if (board.Rows.Count > 1)
            terminal.Print(Sentences.Summary(board));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Done(TransferRow row, TransferCompleted completed)
    {
        if (_few)
            terminal.Print(Sentences.Done(row, completed, terminal.Time));
        if (completed.Outcome.Sha256 is { } sha256)
            terminal.Print($"{row.Name}: sha256 {sha256}");
        foreach (var line in Sentences.Answer(row, completed))
            terminal.Print(line);
    }
}
