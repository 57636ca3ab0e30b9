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

    /// <summary>The origin runs.</summary>
    public void Origin(string url, IReadOnlyList<DemoFile> files, long bytesPerSecond)
    {
        Print("1. An origin on this machine", Strong);
        Print($"   {url} serves {Quantity.Count(files.Count, "file")}, {Quantity.Bytes(files.Sum(f => (long)f.Content.Length))}, at {Quantity.Rate(bytesPerSecond)} each.", Style.Plain);
    }

    /// <summary>The first child runs.</summary>
    public void Started(int pid, IReadOnlyList<string> arguments)
    {
        Print("2. ferry get in a process of its own, two downloads at a time", Strong);
        Print($"   process {pid}: ferry {string.Join(' ', arguments)}", Faint);
    }

    /// <summary>The first child was killed.</summary>
    /// <param name="bytes">What it last reported for each file.</param>
    /// <param name="sent">What the origin had sent.</param>
    public void Killed(IReadOnlyDictionary<string, long> bytes, long sent)
    {
        Print("3. kill -9", Strong);
        foreach (var (name, count) in bytes)
            Print($"   {name} had come to {Quantity.Bytes(count)}", Style.Plain);
        Print($"   The origin had sent {Quantity.Bytes(sent)} by then.", Style.Plain);
    }

    /// <summary>The second child runs.</summary>
    public void StartedAgain(int pid)
    {
        Print("4. The same command again", Strong);
        Print($"   process {pid} reads the journal and goes on", Faint);
    }

    /// <summary>Everything is over.</summary>
    public void Ended(IReadOnlyList<DemoResult> results)
    {
        Print("5. What came of it", Strong);
        Write(Table(results));
        var good = results.All(r => r.IsGood);
        var kept = results.Sum(r => r.Kept);
        var again = results.Sum(r => Math.Max(r.SentAgain, 0));
        Print(
            good
                ? $"Every file has the right SHA-256. {Quantity.Bytes(kept)} were kept across the kill; {Quantity.Bytes(again)} were sent twice."
                : "Something is wrong: a file is missing, has another SHA-256, or too much was sent twice.",
            good ? Good : Bad);
    }

    /// <summary>The table of results.</summary>
    public Table Table(IReadOnlyList<DemoResult> results)
    {
        var table = new Table { Border = terminal.Unicode ? TableBorder.Rounded : TableBorder.Ascii, UseSafeBorder = true };
        table.AddColumn("file").AddColumn(Right("size")).AddColumn(Right("priority")).AddColumn(Right("kept")).AddColumn(Right("sent twice")).AddColumn("SHA-256");
        foreach (var result in results.OrderByDescending(r => r.File.Priority))
        {
            table.AddRow(
                new Text(result.File.Name),
                new Text(Quantity.Bytes(result.File.Content.Length)),
                new Text($"{result.File.Priority}"),
                new Text(Quantity.Bytes(result.Kept)),
                new Text(Quantity.Bytes(Math.Max(result.SentAgain, 0))),
                result.Sha256 == result.File.Sha256 ? new Text("right", Good) : new Text(result.Sha256 is null ? "no file" : "wrong", Bad));
        }
        return table;
    }

    private static TableColumn Right(string header) => new TableColumn(header).RightAligned();

    private void Print(string text, Style style) => Write(new Text(text, style));

    private void Write(IRenderable what)
    {
        using var screen = new Screen(terminal);
        terminal.Out.WriteLine(screen.Ansi(what, Math.Max(terminal.Size().Width, 100)));
    }
}
