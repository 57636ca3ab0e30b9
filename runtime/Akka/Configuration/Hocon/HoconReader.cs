using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>The characters of a HOCON text and the smallest things read from them: space, comments, strings, paths.</summary>
internal sealed class HoconReader(string text, string? file)
{
    // U+FEFF may open a file.
    private int _at = text.StartsWith('\uFEFF') ? 1 : 0;
    private int _line = 1;
    private int _lineStart;

    public HoconReader Copy() => (HoconReader)MemberwiseClone();

    public void MoveTo(HoconReader ahead) => (_at, _line, _lineStart) = (ahead._at, ahead._line, ahead._lineStart);

    public bool AtEnd => _at >= text.Length;

    /// <summary>The next character, or NUL at the end.</summary>
    public char Current => AtEnd ? '\0' : text[_at];

    public Origin Here => new(file, _line, _at - _lineStart + 1);

    public bool At(string what) => string.CompareOrdinal(text, _at, what, 0, what.Length) == 0;

    public bool AtComment => Current == '#' || At("//");

    public ConfigurationException Unexpected(string wanted) =>
        Here.Error(AtEnd ? $"The text ends where {wanted} was expected" : $"'{Shown(Current)}' stands where {wanted} was expected");

    public char Take()
    {
        var taken = text[_at++];
        if (taken == '\n')
        {
            _line++;
            _lineStart = _at;
        }
        return taken;
    }

    public bool TryTake(string what)
    {
        if (!At(what))
            return false;
        for (var i = 0; i < what.Length; i++)
            Take();
        return true;
    }

    /// <summary>Skips blanks on this line and returns them.</summary>
    public string TakeBlanks()
    {
        var start = _at;
        while (!AtEnd && Current != '\n' && IsSpace(Current))
            Take();
        return text[start.._at];
    }

    /// <summary>Skips space, line ends and comments; true if a line ended.</summary>
    public bool SkipSpace()
    {
        var newLine = false;
        while (!AtEnd && (IsSpace(Current) || AtComment))
        {
            if (AtComment)
            {
                while (!AtEnd && Current != '\n')
                    Take();
            }
            else
            {
                newLine |= Take() == '\n';
            }
        }
        return newLine;
    }

    /// <summary>Reads a path of keys up to a character for which <paramref name="ends"/> holds.</summary>
    public IReadOnlyList<string> ReadPath(Func<char, bool> ends)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var any = false;
        var quotedTo = -1;
        while (!AtEnd && !ends(Current) && Current != '\n' && !AtComment && !At("+="))
        {
            any = true;
            if (Current == '"')
            {
                part.Append(ReadQuoted());
                quotedTo = part.Length;
            }
            else if (Current == '.')
            {
                parts.Add(PathPart(part, quotedTo));
                part.Clear();
                quotedTo = -1;
                Take();
            }
            else if (IsSpace(Current) && part.Length == 0)
            {
                Take();
            }
            else if (IsSpace(Current) || !HoconPath.HasMeaning(Current))
            {
                part.Append(Take());
            }
            else
            {
                throw Here.Error($"'{Shown(Current)}' in a key must be written in quotes");
            }
        }
        if (!any)
            throw Unexpected("a key");
        parts.Add(PathPart(part, quotedTo));
        return parts;
    }

    /// <summary>Reads text outside quotes, up to a blank or a character that needs quotes.</summary>
    public string ReadUnquoted()
    {
        var start = _at;
        while (!AtEnd && !AtComment && !HoconPath.HasMeaning(Current) && !IsSpace(Current))
            Take();
        return text[start.._at];
    }

    /// <summary>Reads a string in quotes, or in three quotes on several lines.</summary>
    public string ReadQuoted()
    {
        var start = Here;
        if (TryTake("\"\"\""))
            return ReadTripleQuoted(start);
        Take();
        var content = new StringBuilder();
        while (Current != '"')
        {
            if (AtEnd || Current == '\n')
                throw start.Error("The string that begins here has no closing quote");
            content.Append(Current == '\\' ? ReadEscape() : Take());
        }
        Take();
        return content.ToString();
    }

    private string ReadTripleQuoted(Origin start)
    {
        var end = text.IndexOf("\"\"\"", _at, StringComparison.Ordinal);
        if (end < 0)
            throw start.Error("The string that begins here with three quotes is not closed by three quotes");
        // Of more than three closing quotes, the last three close.
        while (end + 3 < text.Length && text[end + 3] == '"')
            end++;
        var from = _at;
        while (_at < end)
            Take();
        TryTake("\"\"\"");
        return text[from..end];
    }

    private char ReadEscape()
    {
        var start = Here;
        Take();
        switch (AtEnd ? '\0' : Take())
        {
            case '"': return '"';
            case '\\': return '\\';
            case '/': return '/';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when _at + 4 <= text.Length
                          && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default: throw start.Error("This is not an escape; a backslash itself is written \\\\");
        }
    }

    private string PathPart(StringBuilder part, int quotedTo)
    {
        // Blanks around a part do not belong to it, blanks in quotes do.
        while (part.Length > Math.Max(quotedTo, 0) && IsSpace(part[^1]))
            part.Length--;
        return part.Length > 0 || quotedTo >= 0 ? part.ToString() : throw Here.Error("A part of this key is empty");
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c == '\uFEFF';

    private static string Shown(char c) => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString();
}
