using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ferry.Host.Rendering;

/// <summary>
/// Draws lines at the bottom of a terminal and redraws them in place. Each frame is one write, so that nothing flickers, and
/// line wrapping is off meanwhile, so that a window made narrower keeps one line a line.
/// </summary>
/// <param name="terminal">Where to draw.</param>
internal sealed class Screen(Terminal terminal) : IDisposable
{
    private const string HideCursorAndWrapping = "\e[?25l\e[?7l";
    private const string ShowCursorAndWrapping = "\e[?7h\e[?25h";
    private const string EraseToEndOfLine = "\e[K";
    private const string EraseBelow = "\e[J";

    private int _drawn;
    private bool _started;

    /// <summary>Redraws the lines.</summary>
    /// <param name="lines">The lines, each fitting the terminal's width.</param>
    public void Draw(IReadOnlyList<IRenderable> lines)
    {
        var frame = Begin();
        foreach (var line in lines)
            frame.Append(Ansi(line)).Append(EraseToEndOfLine).Append('\n');
        terminal.Out.Write(frame.Append(EraseBelow).ToString());
        terminal.Out.Flush();
        _drawn = lines.Count;
    }

    /// <summary>Prints a line above the redrawn ones, for good.</summary>
    /// <param name="line">The line; may be longer than the terminal is wide.</param>
    /// <param name="writer">Standard output or standard error.</param>
    public void PrintAbove(IRenderable line, TextWriter writer)
    {
        terminal.Out.Write(Begin().Append(EraseBelow).Append("\e[?7h").ToString());
        terminal.Out.Flush();
        writer.WriteLine(Ansi(line, int.MaxValue / 2));
        writer.Flush();
        terminal.Out.Write("\e[?7l");
        _drawn = 0;
    }

    /// <summary>Erases the redrawn lines and gives the terminal back as it was.</summary>
    public void Dispose()
    {
        if (!_started)
            return;
        terminal.Out.Write(Begin().Append(EraseBelow).Append(ShowCursorAndWrapping).ToString());
        terminal.Out.Flush();
        _started = false;
    }

    /// <summary>A line with the escape sequences of its colours, where the terminal has colours.</summary>
    public string Ansi(IRenderable line, int? width = null)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.Colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.Colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width ?? terminal.Size().Width;
        console.Write(line);
        return text.ToString().TrimEnd('\n');
    }

    private StringBuilder Begin()
    {
        var frame = new StringBuilder();
        if (!_started)
            frame.Append(HideCursorAndWrapping);
        _started = true;
        return _drawn > 0 ? frame.Append($"\e[{_drawn}A\r") : frame;
    }
}
