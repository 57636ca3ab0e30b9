using Ferry.Actors.Protocol;
using Ferry.Engine.Transfers;
using Ferry.Host.Rendering;
using Spectre.Console;

namespace Ferry.Host.Journals;

/// <summary>The transfers as a table.</summary>
/// <param name="terminal">Where to print.</param>
internal sealed class ListTable(Terminal terminal)
{
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Faint = new(Color.Grey);

    /// <summary>Prints the table, or a sentence where there is nothing.</summary>
    public void Print(IReadOnlyList<TransferStatus> transfers)
    {
        if (transfers.Count == 0)
        {
            terminal.Print("No transfers are known.");
            return;
        }
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("ID").NoWrap()).AddColumn("STATE").AddColumn(new TableColumn("BYTES").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("OF").RightAligned().NoWrap()).AddColumn(new TableColumn("PRIORITY").RightAligned());
        table.AddColumn(new TableColumn("FILE"));
        foreach (var transfer in transfers)
        {
            table.AddRow(
                new Text(transfer.Id.Value),
                new Text(State(transfer), StyleOf(transfer.Phase)),
                new Text(BytesOf(transfer) is { } bytes ? Quantity.Bytes(bytes) : "?"),
                new Text(transfer.Total is { } total ? Quantity.Bytes(total) : "?", Faint),
                new Text($"{transfer.Priority}"),
                new Text(PrintableText.Of(Place(transfer))));
        }
        using var screen = new Screen(terminal);
        var width = terminal.IsInteractive ? terminal.Size().Width : 1000;
        foreach (var line in screen.Ansi(table, width).Split('\n'))
            terminal.Write(line.TrimEnd() + terminal.Out.NewLine);
        foreach (var transfer in transfers)
        {
            if (transfer.Outcome is FailedOutcome failed)
                terminal.Print($"{transfer.Id}: {failed.Error.Message} [{(int)failed.Error.Code}]");
        }
    }

    /// <summary>How far a transfer came, or null where only the server of an upload knows it.</summary>
    /// <param name="transfer">The transfer.</param>
    public static long? BytesOf(TransferStatus transfer) =>
        transfer is { SourcePath: not null, Received: 0, Outcome: null } ? null : transfer.Received;

    private string Place(TransferStatus transfer) => transfer.SourcePath is { } source
        ? $"{source} {(terminal.Unicode ? "→" : "->")} {transfer.Url}"
        : transfer.TargetPath ?? transfer.Url;

    private static string State(TransferStatus transfer) => transfer.Phase switch
    {
        TransferPhase.Completed => "done",
        TransferPhase.Failed => "failed",
        TransferPhase.Cancelled => "cancelled",
        TransferPhase.Paused => "paused",
        // Nobody holds this journal, so nothing runs.
        _ => "stopped",
    };

    private static Style StyleOf(TransferPhase phase) => phase switch
    {
        TransferPhase.Completed => Good,
        TransferPhase.Failed => Bad,
        _ => Style.Plain,
    };
}
