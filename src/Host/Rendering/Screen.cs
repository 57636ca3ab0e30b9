using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ferry.Host.Rendering;

/// <summary>
/// Draws lines at the bottom of a terminal and redraws them in place. Each frame is one write, so that nothing flickers, and
/// line wrapping is off meanwhile, so that a window made narrower keeps one line a line. The terminal is given back also where the process ends
/// in the middle.
/// </summary>
/// <param name="terminal">Where to draw.</param>
internal sealed class Screen(Terminal terminal) : IDisposable
{
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";
    private const string DoNotWrap = "\e[?7l";
    private const string Wrap = "\e[?7h";
    private const string EraseToEndOfLine = "\e[K";
    private const string EraseBelow = "\e[J";

    // Wider than any line: one that does not fit is the terminal's to cut or wrap, and stays one line.
    private const int Unbroken = int.MaxValue / 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private ExitGuard? _exits;
    private StopGuard? _stops;
    private int _drawn;
    private volatile bool _held;
    private bool _givenBack;

    /// <summary>Redraws the lines; not in the background, where the terminal is another's.</summary>
    /// <param name="lines">The lines, each fitting the terminal's width.</param>
    public void Draw(IReadOnlyList<IRenderable> lines)
    {
        var frame = new StringBuilder();
        foreach (var line in lines)
            frame.Append(Ansi(line, Unbroken)).Append(EraseToEndOfLine).Append('\n');
        lock (_gate)
        {
            if (_givenBack || !terminal.HasForeground())
                return;
            terminal.Write($"{Begin()}{frame}{EraseBelow}");
            _drawn = lines.Count;
        }
    }

    /// <summary>Prints a line on standard output above the redrawn ones, for good.</summary>
    /// <param name="line">The line; may be longer than the terminal is wide.</param>
    public void PrintAbove(IRenderable line) => WriteAbove(terminal.Write, Ansi(line, Unbroken) + terminal.Out.NewLine, onScreen: true);

    /// <summary>Prints a line on standard error: above the redrawn ones where that is a terminal, and plain anywhere else.</summary>
    /// <param name="line">The line; may be longer than the terminal is wide.</param>
    public void ComplainAbove(IRenderable line) =>
        WriteAbove(terminal.WriteError, Ansi(line, Unbroken, terminal.ErrorColours) + terminal.Error.NewLine, terminal.IsErrorInteractive);

    /// <summary>Erases the redrawn lines and gives the terminal back as it was.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_givenBack)
                return;
            if (_held)
                terminal.Write(terminal.HasForeground() ? $"{Begin()}{EraseBelow}{Wrap}{ShowCursor}" : Wrap + ShowCursor);
            _exits?.Dispose();
            _stops?.Dispose();
            (_exits, _stops, _held, _drawn) = (null, null, false, 0);
        }
    }

    /// <summary>Gives the terminal back as the process ends, from any thread; nothing is drawn after that.</summary>
    internal void GiveBack()
    {
        // A frame under way comes out first. One that the terminal does not take holds the writer's lock, and is not waited for.
        var alone = _gate.TryEnter(Patience);
        try
        {
            _givenBack = true;
            WritePast();
        }
        finally
        {
            if (alone)
                _gate.Exit();
        }
    }

    /// <summary>Gives the terminal back while the process is stopped, from any thread; nothing is drawn meanwhile.</summary>
    /// <param name="stop">Stops the process, and comes back when it goes on.</param>
    internal void Stop(Action stop)
    {
        var alone = _gate.TryEnter(Patience);
        try
        {
            Briefly.Do(WritePast);
            stop();
        }
        finally
        {
            if (alone)
                _gate.Exit();
        }
        GoOn();
    }

    /// <summary>Takes the terminal anew with the next frame, and draws that on lines of its own: the shell has had it meanwhile.</summary>
    internal void GoOn()
    {
        lock (_gate)
        {
            if (_held && !_givenBack)
                Briefly.Do(WritePast);
            (_held, _drawn) = (false, 0);
        }
    }

    /// <summary>A line with the escape sequences of its colours, where the terminal has colours.</summary>
    public string Ansi(IRenderable line, int? width = null) => Ansi(line, width ?? terminal.Size().Width, terminal.Colours);

    private static string Ansi(IRenderable line, int width, bool colours)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        console.Write(line);
        return text.ToString().TrimEnd('\n');
    }

    private void WriteAbove(Action<string> write, string text, bool onScreen)
    {
        lock (_gate)
        {
            if (_givenBack)
                return;
            if (!onScreen || !terminal.HasForeground())
            {
                write(text);
                return;
            }
            terminal.Write($"{Begin()}{EraseBelow}{Wrap}");
            write(text);
            terminal.Write(DoNotWrap);
            _drawn = 0;
        }
    }

    private string Begin()
    {
        _exits ??= new ExitGuard(GiveBack);
        _stops ??= new StopGuard(Stop, GoOn);
        var first = _held ? "" : HideCursor + DoNotWrap;
        _held = true;
        return _drawn > 0 ? $"{first}\e[{_drawn}A\r" : first;
    }

    private void WritePast()
    {
        try
        {
            using var raw = terminal.Raw();
            raw.Write(Encoding.ASCII.GetBytes(Wrap + ShowCursor + Terminal.UsualKeys));
            raw.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The terminal is gone, and with it what was to be given back.
        }
    }
}
