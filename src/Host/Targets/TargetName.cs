using System.Text;

namespace Ferry.Host.Targets;

/// <summary>The name a URL is saved under where the caller gives none: its last path segment, made safe (spec/http.md rule 38).</summary>
internal static class TargetName
{
    /// <summary>The name where the URL's path has none. Not <c>index.html</c>: what comes need not be HTML.</summary>
    public const string Fallback = "download";

    // A file name holds 255 bytes on the common file systems; the part file's ending needs room.
    private const int MaxBytes = 200;

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", .. Numbered("COM"), .. Numbered("LPT")], StringComparer.OrdinalIgnoreCase);

    /// <summary>The name for a URL.</summary>
    /// <param name="url">The URL as written.</param>
    public static string Of(string url)
    {
        var path = url.AsSpan();
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        path = scheme < 0 ? path : path[(scheme + 3)..];
        var end = path.IndexOfAny('?', '#');
        path = end < 0 ? path : path[..end];
        var slash = path.LastIndexOf('/');
        return slash < 0 ? Fallback : Safe(Uri.UnescapeDataString(path[(slash + 1)..].ToString()));
    }

    private static string Safe(string decoded)
    {
        var last = decoded[(decoded.LastIndexOfAny(['/', '\\']) + 1)..];
        var name = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar)
                name.Append('_');
            else
                name.Append(rune.ToString());
        }
        var text = Shortened(name.ToString().Trim(' '));
        if (text.Length == 0 || text.All(c => c == '.'))
            return Fallback;
        return Devices.Contains(text.Split('.', 2)[0]) ? "_" + text : text;
    }

    private static string Shortened(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes)
            return name;
        var extension = Path.GetExtension(name);
        if (Encoding.UTF8.GetByteCount(extension) > MaxBytes / 4)
            extension = "";
        var room = MaxBytes - Encoding.UTF8.GetByteCount(extension);
        var kept = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (room < rune.Utf8SequenceLength)
                break;
            room -= rune.Utf8SequenceLength;
            kept.Append(rune.ToString());
        }
        return kept.Append(extension).ToString();
    }

    private static IEnumerable<string> Numbered(string name) => Enumerable.Range(0, 10).Select(n => $"{name}{n}");
}
