using Ferry.Engine.Transfers;
using Ferry.Host.Session;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ferry.Host.Rendering;

/// <summary>The progress table as it looks at one moment: one line per transfer, each no wider than the terminal.</summary>
/// <param name="terminal">What the terminal can do.</param>
internal sealed class ProgressTable(Terminal terminal)
{
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Warning = new(Color.Yellow);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Going = new(Color.Blue);

    /// <summary>The lines for a board: all transfers where they fit, else the active ones and a line of sums.</summary>
    /// <param name="board">The transfers.</param>
    public IReadOnlyList<IRenderable> Lines(TransferBoard board)
    {
        var (width, height) = terminal.Size();
        var layout = LineLayout.For(width);
        var room = Math.Max(height - 2, 1);
        var open = board.Rows.Where(r => !r.HasEnded).ToArray();
        if (board.Rows.Count <= room && board.Rows.Count <= LiveView.Few)
        {
            var all = open.Select(row => Line(row, layout));
            return open.Length > 1 ? [.. all, Sums(board, width)] : [.. all];
        }
        var active = open.Where(r => TransferBoard.IsActive(r.Phase)).Take(room - 1).Select(row => Line(row, layout));
        return [.. active, Sums(board, width)];
    }

    private Paragraph Line(TransferRow row, LineLayout layout)
    {
        var line = new Paragraph { Overflow = Overflow.Crop };
        line.Append(Cells.Fit(row.Name, layout.Name, terminal.Unicode ? '…' : '~'));
        if (layout.Bar > 0)
            AppendBar(line, row, layout.Bar);
        line.Append(' ' + Cells.Right(row.Total is { } total ? $"{Quantity.Percent(row.Bytes, total)} %" : "", 5));
        if (layout.Bytes > 0)
            line.Append(' ' + Cells.Right(Count(row, layout.WithTotal), layout.Bytes), Faint);
        if (layout.Rate > 0)
        {
            var (text, style) = row.Rate is { } rate ? (Quantity.Rate(rate), Style.Plain) : (Sentences.State(row, terminal.Time), StyleOf(row.Phase));
            line.Append(' ' + Cells.Right(text, layout.Rate), style);
        }
        if (layout.Left > 0)
            line.Append(' ' + Cells.Right(row.TimeLeft is { } left ? Quantity.Time(left) : "", layout.Left), Faint);
        return line;
    }

    private void AppendBar(Paragraph line, TransferRow row, int cells)
    {
        var (full, empty) = terminal.Unicode ? ('━', terminal.Colours ? '━' : '─') : ('#', '-');
        var done = row.Total is > 0 and { } total ? (int)Math.Clamp((decimal)row.Bytes * cells / total, 0, cells) : 0;
        line.Append(" ");
        line.Append(new string(full, done), row.Phase == TransferPhase.WaitingToRetry ? Warning : Going);
        line.Append(new string(empty, cells - done), Faint);
    }

    private Text Sums(TransferBoard board, int width)
    {
        var parts = new List<string> { $"{board.Ended} of {Quantity.Count(board.Rows.Count, "file")} finished" };
        if (board.Active > 0)
            parts.Add($"{board.Active} active");
        if (board.Failed > 0)
            parts.Add($"{board.Failed} failed");
        parts.Add(board.Total is { } total ? $"{Quantity.Bytes(board.Bytes)} of {Quantity.Bytes(total)}" : Quantity.Bytes(board.Bytes));
        if (board.Rate > 0)
            parts.Add(Quantity.Rate(board.Rate));
        if (board.Rate > 0 && board.Total is { } whole)
            parts.Add($"{Quantity.Time(TimeSpan.FromSeconds(Math.Min((whole - board.Bytes) / board.Rate, 359_999)))} left");
        var text = string.Join(terminal.Unicode ? " · " : ", ", parts);
        return new Text(Cells.Fit(text, Math.Max(width - 1, 1), terminal.Unicode ? '…' : '~').TrimEnd(), Faint);
    }

    private static string Count(TransferRow row, bool withTotal) => withTotal && row.Total is { } total
        ? $"{Quantity.Bytes(row.Bytes)} / {Quantity.Bytes(total)}"
        : Quantity.Bytes(row.Bytes);

    private static Style StyleOf(TransferPhase phase) => phase switch
    {
        TransferPhase.Completed => Good,
        TransferPhase.WaitingToRetry => Warning,
        TransferPhase.Failed or TransferPhase.Cancelled => Bad,
        _ => Faint,
    };
}
