using System.Text;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>Bytes of a body as text, by the charset its server names, else by its byte order mark, else as UTF-8.</summary>
internal static class BodyText
{
    // The longer marks first: that of UTF-32 begins as that of UTF-16 does.
    private static readonly Encoding[] Marked = [Encoding.UTF32, new UTF32Encoding(bigEndian: true, byteOrderMark: true), Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode];

    /// <summary>Decodes a body; what is not of its charset becomes U+FFFD.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="charset">The charset's name, or null.</param>
    /// <param name="warnings">Takes a charset nobody knows.</param>
    public static string Decode(ReadOnlySpan<byte> body, string? charset, List<string> warnings)
    {
        var (named, marked) = (charset is null ? null : Find(charset), MarkOf(body));
        var encoding = named is null ? marked ?? Encoding.UTF8 : InOrderOf(named, marked);
        if (charset is not null && named is null)
            warnings.Add($"The charset '{ErrorClassifier.Shown(charset)}' is not known here: the text is read as {encoding.WebName}.");
        return encoding.GetString(body[MarkLength(body, encoding)..]);
    }

    private static Encoding? Find(string charset)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // "utf-16" and "utf-32" leave the byte order to the mark (RFC 2781 section 3.3).
    private static Encoding InOrderOf(Encoding named, Encoding? marked) =>
        marked is not null && ((named.CodePage is 1200 && marked.CodePage is 1201) || (named.CodePage is 12000 && marked.CodePage is 12001)) ? marked : named;

    private static Encoding? MarkOf(ReadOnlySpan<byte> body)
    {
        foreach (var encoding in Marked)
        {
            if (body.StartsWith(encoding.Preamble))
                return encoding;
        }
        return null;
    }

    private static int MarkLength(ReadOnlySpan<byte> body, Encoding encoding) => body.StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0;
}
