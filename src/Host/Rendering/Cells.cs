using System.Text;
using Spectre.Console.Rendering;

namespace Ferry.Host.Rendering;

/// <summary>Text in terminal cells: a wide character takes two.</summary>
internal static class Cells
{
    /// <summary>The text in exactly so many cells: padded, or cut with an ellipsis that keeps the end, where names differ.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cells">The cells, one or more.</param>
    /// <param name="ellipsis">What stands for what was cut.</param>
    public static string Fit(string text, int cells, char ellipsis)
    {
        var printable = PrintableText.Of(text);
        var width = Width(printable);
        if (width <= cells)
            return printable + new string(' ', cells - width);
        if (cells < 8)
            return Pad(Head(printable, cells - 1) + ellipsis, cells);
        var tail = Tail(printable, (cells - 1) / 3);
        return Pad(Head(printable, cells - 1 - Width(tail)) + ellipsis + tail, cells);
    }

    /// <summary>The text at the right of so many cells; longer text is cut.</summary>
    public static string Right(string text, int cells) => text.Length > cells ? text[..cells] : text.PadLeft(cells);

    /// <summary>How many cells a text takes.</summary>
    public static int Width(string text) => new Segment(text).CellCount();

    private static string Pad(string text, int cells) => text + new string(' ', Math.Max(cells - Width(text), 0));

    private static string Head(string text, int cells)
    {
        var head = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            cells -= Width(rune.ToString());
            if (cells < 0)
                break;
            head.Append(rune.ToString());
        }
        return head.ToString();
    }

    private static string Tail(string text, int cells)
    {
        var runes = text.EnumerateRunes().ToArray();
        var start = runes.Length;
        while (start > 0 && (cells -= Width(runes[start - 1].ToString())) >= 0)
            start--;
        return string.Concat(runes[start..]);
    }
}
