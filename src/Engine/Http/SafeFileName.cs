using System.Globalization;
using System.Text;

namespace Ferry.Engine.Http;

/// <summary>Names of files that come from outside, made safe or refused (spec/http.md rule 38).</summary>
public static class SafeFileName
{
    /// <summary>The name where a URL's path has none. Not <c>index.html</c>: what comes need not be HTML.</summary>
    public const string Fallback = "download";

    /// <summary>What no name may end in: the part files of transfers do.</summary>
    internal const string PartSuffix = ".ferry-part";

    // A file name holds 255 bytes on the common file systems; the part file's ending needs room.
    private const int MaxBytes = 200;

    // Windows takes the superscript digits for digits here.
    private const string DeviceDigits = "0123456789\u00b9\u00b2\u00b3";

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Numbered("COM"), .. Numbered("LPT")], StringComparer.OrdinalIgnoreCase);

    /// <summary>The name a URL's last path segment gives, with what is not safe replaced.</summary>
    /// <param name="url">The URL as written.</param>
    public static string OfUrl(string url)
    {
        var path = url.AsSpan();
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        path = scheme < 0 ? path : path[(scheme + 3)..];
        var end = path.IndexOfAny('?', '#');
        path = end < 0 ? path : path[..end];
        var slash = path.LastIndexOf('/');
        return slash < 0 ? Fallback : Repaired(Uri.UnescapeDataString(path[(slash + 1)..].ToString()));
    }

    /// <summary>
    /// The last path segment of a name a server gives, shortened where it is too long; null where it is refused: empty, <c>.</c>, <c>..</c>,
    /// a control character, a Windows device, a part file, or what this system has no such names for.
    /// </summary>
    /// <param name="name">The name as the server gives it.</param>
    public static string? Checked(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var last = LastSegment(name).Trim(' ');
        if (last.Any(char.IsControl) || last.Contains('\ufffd') || last.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            return null;
        var text = Shortened(last);
        return text.Trim('.', ' ').Length == 0 || IsDevice(text) || text.EndsWith(PartSuffix, StringComparison.OrdinalIgnoreCase) ? null : text;
    }

    private static string Repaired(string decoded)
    {
        var last = LastSegment(decoded);
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
        return IsDevice(text) ? "_" + text : text;
    }

    private static string LastSegment(string name) => name[(name.LastIndexOfAny(['/', '\\']) + 1)..];

    private static bool IsDevice(string name) => Devices.Contains(name.Split('.', 2)[0].TrimEnd(' '));

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

    private static IEnumerable<string> Numbered(string name) => DeviceDigits.Select(n => string.Create(CultureInfo.InvariantCulture, $"{name}{n}"));
}
