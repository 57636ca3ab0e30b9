using System.Text;

namespace Ferry.Engine.Integrity;

/// <summary>
/// Reads a dictionary of structured field values (RFC 9651 section 4.2.2) for the byte sequences in it. Strict: one mistake anywhere, and
/// the field counts as absent, as the RFC asks. Values of other types are passed over.
/// </summary>
internal ref struct StructuredDictionary
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~:/";
    private ReadOnlySpan<char> _rest;

    private StructuredDictionary(ReadOnlySpan<char> text) => _rest = text;

    /// <summary>The members, with null for a value that is no byte sequence; null where the text is malformed. Of two members of one name the last counts.</summary>
    /// <param name="text">The field's value.</param>
    public static IReadOnlyDictionary<string, byte[]?>? Parse(string text)
    {
        var members = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        return new StructuredDictionary(text.AsSpan().Trim(' ')).ReadMembers(members) ? members : null;
    }

    private bool ReadMembers(Dictionary<string, byte[]?> members)
    {
        while (!_rest.IsEmpty)
        {
            if (ReadKey() is not { } key)
                return false;
            byte[]? bytes = null;
            if (Take('=') ? !(ReadInnerList() ?? ReadItem(out bytes)) : !ReadParameters())
                return false;
            members[key] = bytes;
            _rest = _rest.TrimStart(" \t");
            if (_rest.IsEmpty)
                return true;
            if (!Take(','))
                return false;
            _rest = _rest.TrimStart(" \t");
            if (_rest.IsEmpty)
                return false; // a comma with nothing after it
        }
        return true;
    }

    private string? ReadKey()
    {
        if (_rest.IsEmpty || !(char.IsAsciiLetterLower(_rest[0]) || _rest[0] == '*'))
            return null;
        var length = 1;
        while (length < _rest.Length && (char.IsAsciiLetterLower(_rest[length]) || char.IsAsciiDigit(_rest[length]) || "_-.*".Contains(_rest[length])))
            length++;
        return TakeFirst(length).ToString();
    }

    // Null where there is none.
    private bool? ReadInnerList()
    {
        if (!Take('('))
            return null;
        while (true)
        {
            _rest = _rest.TrimStart(' ');
            if (Take(')'))
                return ReadParameters();
            if (!ReadItem(out _) || _rest.IsEmpty || _rest[0] is not (' ' or ')'))
                return false;
        }
    }

    private bool ReadItem(out byte[]? bytes) => ReadBareItem(out bytes) && ReadParameters();

    private bool ReadParameters()
    {
        while (Take(';'))
        {
            _rest = _rest.TrimStart(' ');
            if (ReadKey() is null || (Take('=') && !ReadBareItem(out _)))
                return false;
        }
        return true;
    }

    private bool ReadBareItem(out byte[]? bytes)
    {
        bytes = null;
        if (_rest.IsEmpty)
            return false;
        switch (_rest[0])
        {
            case ':': return (bytes = ReadBytes()) is not null;
            case '"': return ReadString(1);
            case '%': return _rest.Length > 1 && _rest[1] == '"' && ReadString(2);
            case '?': return _rest.Length > 1 && _rest[1] is '0' or '1' && !TakeFirst(2).IsEmpty;
            case '@': return !TakeFirst(1).IsEmpty && ReadNumber();
            case '-' or (>= '0' and <= '9'): return ReadNumber();
            default: return ReadToken();
        }
    }

    private byte[]? ReadBytes()
    {
        TakeFirst(1);
        var end = _rest.IndexOf(':');
        if (end < 0)
            return null;
        var text = TakeFirst(end + 1)[..^1];
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '='))
                return null;
        }
        // The padding may be left out (RFC 9651 section 4.2.7).
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.ToString().PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var written) ? bytes[..written] : null;
    }

    private bool ReadString(int opening)
    {
        for (var i = opening; i < _rest.Length; i++)
        {
            var c = _rest[i];
            if (c == '"')
                return !TakeFirst(i + 1).IsEmpty;
            if (!Ascii.IsValid(c) || char.IsControl(c))
                return false;
            if (c == '\\' && opening == 1 && (++i >= _rest.Length || _rest[i] is not ('"' or '\\')))
                return false;
        }
        return false;
    }

    private bool ReadNumber()
    {
        Take('-');
        var whole = TakeWhile(char.IsAsciiDigit).Length;
        if (whole is < 1 or > 15)
            return false;
        return !Take('.') || (whole <= 12 && TakeWhile(char.IsAsciiDigit).Length is >= 1 and <= 3);
    }

    private bool ReadToken() =>
        (char.IsAsciiLetter(_rest[0]) || _rest[0] == '*') && !TakeWhile(c => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c)).IsEmpty;

    private bool Take(char c)
    {
        if (_rest.IsEmpty || _rest[0] != c)
            return false;
        _rest = _rest[1..];
        return true;
    }

    private ReadOnlySpan<char> TakeFirst(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ReadOnlySpan<char> TakeWhile(Func<char, bool> belongs)
    {
        var count = 0;
        while (count < _rest.Length && belongs(_rest[count]))
            count++;
        return TakeFirst(count);
    }
}
