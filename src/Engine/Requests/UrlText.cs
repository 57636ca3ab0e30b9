using System.Globalization;
using System.Text;

namespace Ferry.Engine.Requests;

/// <summary>URLs as text: what is sent and what may be shown.</summary>
public static class UrlText
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>
    /// Reads an absolute http or https URL so that path and query are sent as written: only what is not ASCII, and spaces, are percent-encoded.
    /// The fragment is left out, since it is never sent. Null where the text is no such URL.
    /// </summary>
    /// <param name="url">The URL as written.</param>
    public static Uri? TryParse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Any(char.IsControl) || url.AsSpan().Trim().Length != url.Length)
            return null;
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        var whole = hash < 0 ? url : url[..hash];
        var start = whole.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return null;

        // The platform takes the rest as it stands once the path begins with a slash (RFC 9112 section 3.2.1 asks for one).
        var end = whole.AsSpan(start + 3).IndexOfAny('/', '?');
        var authority = end < 0 ? whole : whole[..(start + 3 + end)];
        var rest = whole[authority.Length..];
        var path = rest.StartsWith('/') ? rest : "/" + rest;
        return Uri.TryCreate(authority + EncodeNonAscii(path), AsWritten, out var parsed)
            && parsed is { Scheme: "http" or "https", Host.Length: > 0, Port: > 0 }
                ? parsed
                : null;
    }

    /// <summary>Percent-encodes spaces and what is not ASCII, as UTF-8; everything else stays as written.</summary>
    /// <param name="text">A path and query as written.</param>
    public static string EncodeNonAscii(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text) && !text.Contains(' ', StringComparison.Ordinal))
            return text;
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && rune.Value != ' ')
                encoded.Append((char)rune.Value);
            else
                encoded.Append(Uri.EscapeDataString(rune.ToString()));
        }
        return encoded.ToString();
    }

    /// <summary>
    /// Resolves a reference such as a Location against the URL that gave it (RFC 3986 section 5.2), without touching percent-encodings and
    /// without userinfo; null where the result is no http or https URL.
    /// </summary>
    /// <param name="from">The URL that gave it.</param>
    /// <param name="reference">The reference; bytes beyond ASCII as the characters of the same number.</param>
    public static Uri? Resolve(Uri from, string reference)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(reference);
        var text = EncodeBytes(reference.Trim(' ', '\t'));
        if (HasScheme(text))
            return TryParse(WithoutUserInfo(text));
        if (text.StartsWith("//", StringComparison.Ordinal))
            return TryParse(WithoutUserInfo($"{from.Scheme}:{text}"));
        var site = from.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        var asked = from.PathAndQuery;
        var query = asked.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? asked : asked[..query];
        return text switch
        {
            "" => from,
            ['#', ..] => from,
            ['?', ..] => TryParse(site + path + text),
            ['/', ..] => TryParse(site + WithoutDots(text)),
            _ => TryParse(site + WithoutDots(path[..(path.LastIndexOf('/') + 1)] + text)),
        };
    }

    /// <summary>The URL without userinfo, query string and fragment, for logs and messages: those can hold secrets.</summary>
    /// <param name="url">The URL.</param>
    public static string WithoutQuery(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var end = url.AsSpan().IndexOfAny('?', '#');
        var shown = WithoutUserInfo(end < 0 ? url : url[..end]);
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c)) : shown;
    }

    private static string WithoutUserInfo(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return url;
        var rest = url.AsSpan(start + 3);
        var end = rest.IndexOfAny('/', '?', '#');
        var at = (end < 0 ? rest : rest[..end]).LastIndexOf('@');
        return at < 0 ? url : string.Concat(url.AsSpan(0, start + 3), rest[(at + 1)..]);
    }

    private static bool HasScheme(string text)
    {
        var colon = text.AsSpan().IndexOfAny(":/?#");
        return colon > 0 && text[colon] == ':' && char.IsAsciiLetter(text[0])
            && text.AsSpan(0, colon).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") < 0;
    }

    private static string EncodeBytes(string text) => Ascii.IsValid(text)
        ? text
        : string.Concat(text.Select(c => c > 0x7f ? string.Create(CultureInfo.InvariantCulture, $"%{(int)c & 0xff:X2}") : c.ToString()));

    private static string WithoutDots(string reference)
    {
        var query = reference.AsSpan().IndexOfAny('?', '#');
        var path = query < 0 ? reference : reference[..query];
        var kept = new List<string>();
        var segments = path.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            if (segments[i] is "." or "..")
            {
                if (segments[i] == ".." && kept.Count > 0)
                    kept.RemoveAt(kept.Count - 1);
                if (last)
                    kept.Add("");
            }
            else
            {
                kept.Add(segments[i]);
            }
        }
        return "/" + string.Join('/', kept) + reference[path.Length..];
    }
}
