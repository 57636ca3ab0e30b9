using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ferry.Host.Rendering;

/// <summary>
/// Text that no terminal obeys. Names, URLs and what a server says come from elsewhere: they must not move the cursor, set a title, begin a line, or
/// turn the order of what follows.
/// </summary>
internal static class PrintableText
{
    // C0, DEL and C1; line and paragraph separator; embeddings, overrides and isolates of the bidirectional algorithm (UAX 9). Other format
    // characters stay: names are written with joiners and direction marks.
    private static readonly SearchValues<char> Obeyed = SearchValues.Create(
        [.. Enumerable.Range(0, 0xa0).Select(i => (char)i).Where(char.IsControl), .. "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]);

    /// <summary>The text with a question mark for each character that a terminal would obey, line breaks too.</summary>
    public static string Of(string text) => text.AsSpan().ContainsAny(Obeyed) ? string.Concat(text.Select(c => Obeyed.Contains(c) ? '?' : c)) : text;

    /// <summary>JSON of one line with these characters as escapes: it says the same.</summary>
    /// <param name="json">The JSON; such characters stand in its strings alone.</param>
    public static string OfJson(string json)
    {
        if (!json.AsSpan().ContainsAny(Obeyed))
            return json;
        var escaped = new StringBuilder(json.Length + 16);
        foreach (var c in json)
        {
            if (Obeyed.Contains(c))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                escaped.Append(c);
        }
        return escaped.ToString();
    }
}
