using System.Text;

namespace Ferry.Engine.Http;

/// <summary>The file's name in a Content-Disposition field (RFC 6266; spec/http.md rule 38).</summary>
public static class ContentDisposition
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The name the server gives, safe to use; null where it gives none, or one that is refused.</summary>
    /// <param name="head">The answer's header.</param>
    public static string? FileName(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        // A field that is there twice names nothing for sure.
        var fields = head.Headers.Where(h => h.Name == "content-disposition").Take(2).ToArray();
        return fields is [var field] && NameOf(field.Value) is { } name ? SafeFileName.Checked(name) : null;
    }

    // filename* is what the server means, filename what it says to those who do not understand that (RFC 6266 section 4.3).
    private static string? NameOf(string field)
    {
        var parameters = Parameters(field);
        if (parameters.TryGetValue("filename*", out var extended) && DecodeExtended(extended) is { Length: > 0 } name)
            return name;
        return parameters.TryGetValue("filename", out var plain) ? DecodeRaw(plain) : null;
    }

    // Of two parameters of one name the first counts. What follows a mistake is not read.
    private static Dictionary<string, string> Parameters(string field)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = field.IndexOf(';', StringComparison.Ordinal);
        while (at >= 0 && at < field.Length)
        {
            var equals = field.IndexOf('=', at);
            if (equals < 0)
                break;
            var name = field[(field.LastIndexOf(';', equals) + 1)..equals].Trim();
            if (Value(field, equals + 1) is not { } value)
                break;
            found.TryAdd(name, value.Text);
            at = field.IndexOf(';', value.End);
        }
        return found;
    }

    private static (string Text, int End)? Value(string field, int from)
    {
        while (from < field.Length && field[from] is ' ' or '\t')
            from++;
        if (from < field.Length && field[from] == '"')
            return Quoted(field, from + 1);
        var end = field.IndexOf(';', from);
        end = end < 0 ? field.Length : end;
        return (field[from..end].Trim(), end);
    }

    private static (string Text, int End)? Quoted(string field, int from)
    {
        var text = new StringBuilder();
        for (var i = from; i < field.Length; i++)
        {
            if (field[i] == '"')
                return (text.ToString(), i + 1);
            if (field[i] == '\\' && i + 1 < field.Length)
                i++;
            text.Append(field[i]);
        }
        return null;
    }

    // charset'language'percent-encoded (RFC 8187 section 3.2); null where it is malformed or in another charset.
    private static string? DecodeExtended(string value)
    {
        var parts = value.Split('\'', 3);
        if (parts.Length != 3 || Unescape(parts[2]) is not { } bytes)
            return null;
        return parts[0].ToUpperInvariant() switch
        {
            "UTF-8" => Utf8(bytes),
            "ISO-8859-1" => Encoding.Latin1.GetString(bytes),
            _ => null,
        };
    }

    private static byte[]? Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                if (!char.IsAscii(text[i]))
                    return null;
                bytes.Add((byte)text[i]);
                continue;
            }
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                return null;
            bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
            i += 2;
        }
        return [.. bytes];
    }

    // Fields are read as Latin-1; what is UTF-8 all the same is taken for that, as servers mean it.
    private static string DecodeRaw(string value) => Ascii.IsValid(value) ? value : Utf8(Encoding.Latin1.GetBytes(value)) ?? value;

    private static string? Utf8(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
