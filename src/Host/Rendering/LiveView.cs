using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Host.Session;
using Spectre.Console;

namespace Ferry.Host.Rendering;

/// <summary>The live table of a terminal: what runs is redrawn below, what is over scrolls away above.</summary>
internal sealed class LiveView : ITransferView
{
    /// <summary>With more transfers than this, a single one that went well gets no line of its own.</summary>
    public const int Few = 20;

    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Warning = new(Color.Yellow);

    private readonly Terminal _terminal;
    private readonly TransferBoard _board;
    private readonly ProgressTable _table;
    private readonly Screen _screen;

    /// <summary>Shows these transfers.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="board">The transfers.</param>
    public LiveView(Terminal terminal, TransferBoard board)
    {
        (_terminal, _board) = (terminal, board);
        _table = new ProgressTable(terminal);
        _screen = new Screen(terminal);
    }

    /// <inheritdoc/>
    public TimeSpan? Period => TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public void Accepted(TransferRow row, IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
            Complain($"{row.Name}: {warning}", Warning);
    }

    /// <inheritdoc/>
    public void AlsoWrong(TransferRow row, TransferError error) => Complain(Sentences.Failed(row, error).ToString(), Bad);

    /// <inheritdoc/>
    public void Told(TransferRow row, TransferEvent told)
    {
        switch (told)
        {
            case var opening when ReferenceEquals(opening, row.Opening) && row.From > 0 && _board.Rows.Count <= Few:
                Print(Sentences.Begins(row), Style.Plain);
                break;
            case TransferRetrying retrying:
                Print(Sentences.Retrying(row, retrying, _terminal.Time), Warning);
                break;
            case TransferRestarted restarted:
                Print(Sentences.Restarted(row, restarted.Reason), Warning);
                break;
            case TransferCompleted completed:
                Done(row, completed);
                break;
            case TransferFailed failed:
                AlsoWrong(row, failed.Error);
                break;
            case TransferCancelled:
                Print(Sentences.Cancelled(row), Warning);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void Tick() => _screen.Draw(_table.Lines(_board));

    /// <inheritdoc/>
    public void Stopping() => Print("Stopping; once more Ctrl-C ends at once.", Warning);

    /// <inheritdoc/>
    public void End(bool interrupted)
    {
        _screen.Dispose();
        if (interrupted)
            _terminal.Complain(Sentences.Resumable(_board));
        else if (_board.Rows.Count > 1)
            _terminal.Write(_screen.Ansi(new Text(Sentences.Summary(_board), _board.Failed > 0 ? Bad : Good)) + _terminal.Out.NewLine);
    }

    /// <inheritdoc/>
    public void Dispose() => _screen.Dispose();

    private void Done(TransferRow row, TransferCompleted completed)
    {
        if (_board.Rows.Count <= Few)
            Print($"{(_terminal.Unicode ? "✓ " : "")}{Sentences.Done(row, completed, _terminal.Time)}", Good);
        if (completed.Outcome.Sha256 is { } sha256)
            Print($"{row.Name}: sha256 {sha256}", Style.Plain);
        foreach (var line in Sentences.Answer(row, completed))
            Print(line, Style.Plain);
    }

    private void Print(string text, Style style) => _screen.PrintAbove(new Text(PrintableText.Of(text), style));

    private void Complain(string text, Style style) => _screen.ComplainAbove(new Text(PrintableText.Of(text), style));
}
