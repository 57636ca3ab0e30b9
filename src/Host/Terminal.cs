using Ferry.Engine.Errors;
using Ferry.Host.Commands;
using Ferry.Host.Rendering;

namespace Ferry.Host;

/// <summary>Where the program prints, and what it can do there.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error)
{
    /// <summary>Has arrow keys and keypad send again what they send to a shell (DECCKM and DECKPNM, reset).</summary>
    public const string UsualKeys = "\e[?1l\e>";

    private static readonly (int Width, int Height) UsualSize = (80, 24);

    /// <summary>Whether standard output is a terminal that can redraw lines.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether standard error is a terminal; that of standard output, where both are one.</summary>
    public bool IsErrorInteractive { get; init; }

    /// <summary>Whether colours may be used on standard output: not where NO_COLOR is set (no-color.org).</summary>
    public bool Colours { get; init; }

    /// <summary>Whether colours may be used on standard error.</summary>
    public bool ErrorColours { get; init; }

    /// <summary>Whether the terminal shows characters beyond ASCII.</summary>
    public bool Unicode { get; init; }

    /// <summary>The size now, in characters; asked again for each frame, since windows are resized.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = () => UsualSize;

    /// <summary>Opens standard output as bytes, past whoever is just writing to <see cref="Out"/>; it tells when its reader has left.</summary>
    public Func<Stream> Raw { get; init; } = () => Stream.Null;

    /// <summary>Whether the terminal is this process's to draw on now, rather than the shell's: asked again for each frame, since a job is stopped and goes on in the background.</summary>
    public Func<bool> HasForeground { get; init; } = () => true;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Prints a line on standard output.</summary>
    /// <param name="line">The line; what a terminal would obey in it is shown instead, since names and answers come from elsewhere.</param>
    public void Print(string line) => Write(PrintableText.Of(line) + Out.NewLine);

    /// <summary>Prints an object of JSON and a line's end on standard output.</summary>
    /// <param name="json">The object, in one line.</param>
    public void PrintJson(string json) => Write(PrintableText.OfJson(json) + Out.NewLine);

    /// <summary>Writes to standard output what the program itself made, escape sequences and all.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="CommandException">It cannot be written.</exception>
    /// <exception cref="IOException">Nobody reads it any more.</exception>
    public void Write(string text)
    {
        try
        {
            Out.Write(text);
            Out.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && !StandardOutput.HasNoReader(exception))
        {
            throw CommandException.Failed(ErrorCode.LocalWriteFailed, $"The output cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Prints a line on standard error.</summary>
    /// <param name="line">The line; see <see cref="Print"/>.</param>
    public void Complain(string line) => WriteError(PrintableText.Of(line) + Error.NewLine);

    /// <summary>Writes to standard error what the program itself made, escape sequences and all.</summary>
    /// <param name="text">The text.</param>
    public void WriteError(string text)
    {
        try
        {
            Error.Write(text);
            Error.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // There is nowhere to say so; the exit code still tells.
        }
    }

    /// <summary>
    /// Gives the keys back as they were: where standard output is a terminal, the platform has them send what full-screen programs want, and
    /// never takes that back.
    /// </summary>
    public void GiveKeysBack()
    {
        if (!IsInteractive || OperatingSystem.IsWindows() || !HasForeground())
            return;
        try
        {
            Out.Write(UsualKeys);
            Out.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The terminal is gone, and its keys with it.
        }
    }

    /// <summary>Prints one thing that is wrong on standard error.</summary>
    /// <param name="complaint">What is wrong.</param>
    public void Complain(Complaint complaint) => Complain(complaint.ToString());

    /// <summary>Prints an exception with its stack trace on standard error.</summary>
    /// <param name="exception">The exception.</param>
    public void Complain(Exception exception)
    {
        foreach (var line in exception.ToString().ReplaceLineEndings("\n").Split('\n'))
            Complain(line);
    }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        var dumb = Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" && !OperatingSystem.IsWindows();
        var (interactive, errorInteractive) = (!Console.IsOutputRedirected && !dumb, !Console.IsErrorRedirected && !dumb);
        var colours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Terminal(Console.Out, Console.Error)
        {
            IsInteractive = interactive,
            IsErrorInteractive = errorInteractive,
            Colours = interactive && colours,
            ErrorColours = errorInteractive && colours,
            Unicode = OperatingSystem.IsWindows() || IsUtf8Locale(),
            Size = WindowSize,
            Raw = StandardOutput.Open,
            HasForeground = JobControl.HasForeground,
        };
    }

    private static bool IsUtf8Locale()
    {
        string[] names = ["LC_ALL", "LC_CTYPE", "LANG"];
        var locale = names.Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => !string.IsNullOrEmpty(v)) ?? "";
        return locale.Contains("utf-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The size to draw for: a terminal that was told none, as a serial line or a container has it, says that it has no columns.</summary>
    /// <param name="width">What it says.</param>
    /// <param name="height">What it says.</param>
    internal static (int Width, int Height) SizeOf(int width, int height) => width > 0 && height > 0 ? (width, height) : UsualSize;

    private static (int Width, int Height) WindowSize()
    {
        try
        {
            return SizeOf(Console.WindowWidth, Console.WindowHeight);
        }
        catch (IOException)
        {
            return UsualSize;
        }
    }
}
