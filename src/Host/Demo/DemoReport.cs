using Ferry.Host.Rendering;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ferry.Host.Demo;

/// <summary>What the demo tells a person.</summary>
/// <param name="terminal">Where to print.</param>
internal sealed class DemoReport(Terminal terminal)
{
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);

    private int _steps;

    /// <summary>A byte count in words.</summary>
    public static string Bytes(long count) => Quantity.Bytes(count);

    /// <summary>The origin runs.</summary>
    public void Origin(string url, IReadOnlyList<DemoFile> files, long bytesPerSecond)
    {
        Step("An origin on this machine");
        var all = Quantity.Bytes(files.Sum(f => (long)f.Content.Length));
        Print(
            $"   {url} serves {Quantity.Count(files.Count, "file")}, {all}, at {Quantity.Rate(bytesPerSecond)} each, and takes uploads.", Style.Plain);
    }

    /// <summary>A child runs.</summary>
    public void Started(string title, int pid, IReadOnlyList<string> arguments)
    {
        Step(title);
        Print($"   process {pid}: ferry {string.Join(' ', arguments)}", Faint);
    }

    /// <summary>The child was killed.</summary>
    /// <param name="bytes">What it last reported for each file.</param>
    /// <param name="origin">What the origin saw, in a sentence.</param>
    public void Killed(IReadOnlyDictionary<string, long> bytes, string origin)
    {
        Step("kill -9");
        foreach (var (name, count) in bytes)
            Print($"   {name} had come to {Quantity.Bytes(count)}", Style.Plain);
        Print($"   {origin}", Style.Plain);
    }

    /// <summary>The next child runs.</summary>
    public void StartedAgain(int pid)
    {
        Step("The same command again");
        Print($"   process {pid} reads the journal and goes on", Faint);
    }

    /// <summary>Everything is over.</summary>
    public void Ended(IReadOnlyList<DemoResult> results)
    {
        Step("What came of it");
        Write(Table(results));
        var good = results.All(r => r.IsGood);
        var kept = results.Sum(r => r.Kept);
        var again = results.Sum(r => Math.Max(r.MovedAgain, 0));
        Print(
            good
                ? $"Every file has the right SHA-256. {Quantity.Bytes(kept)} were kept across the kills; {Quantity.Bytes(again)} were sent twice."
                : "Something is wrong: a file is missing, has another SHA-256, or too much was sent twice.",
            good ? Good : Bad);
    }

    /// <summary>The table of results.</summary>
    public Table Table(IReadOnlyList<DemoResult> results)
    {
        var table = new Table { Border = terminal.Unicode ? TableBorder.Rounded : TableBorder.Ascii, UseSafeBorder = true };
        table.AddColumn("file").AddColumn("way").AddColumn(Right("size")).AddColumn(Right("kept")).AddColumn(Right("sent twice")).AddColumn("SHA-256");
        foreach (var result in results.OrderByDescending(r => r.File.Priority))
        {
            table.AddRow(
                new Text(result.File.Name),
                new Text(result.Way),
                new Text(Quantity.Bytes(result.File.Content.Length)),
                new Text(Quantity.Bytes(result.Kept)),
                new Text(Quantity.Bytes(Math.Max(result.MovedAgain, 0))),
                result.Sha256 == result.File.Sha256 ? new Text("right", Good) : new Text(result.Sha256 is null ? "no file" : "wrong", Bad));
        }
        return table;
    }

    private void Step(string title) => Print($"{++_steps}. {title}", Strong);

    private static TableColumn Right(string header) => new TableColumn(header).RightAligned();

    private void Print(string text, Style style) => Write(new Text(PrintableText.Of(text), style));

    private void Write(IRenderable what)
    {
        using var screen = new Screen(terminal);
        terminal.Write(screen.Ansi(what, Math.Max(terminal.Size().Width, 100)) + terminal.Out.NewLine);
    }
}
