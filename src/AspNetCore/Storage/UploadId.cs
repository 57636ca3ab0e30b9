using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Ferry.AspNetCore.Storage;

/// <summary>Ids of uploads: 128 random bits in lower-case hexadecimal. Who knows one may write to the upload.</summary>
internal static class UploadId
{
    private const int Digits = 32;

    // 32 bits tell the uploads of a log apart; the 96 that are left are as good as all of them against guessing.
    private const int DigitsShown = 8;

    private static readonly Regex Ids = new("[0-9A-Fa-f]{32,}", RegexOptions.NonBacktracking);

    /// <summary>A new one.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <summary>Whether a text is an id. Nothing else ever becomes part of a path.</summary>
    public static bool IsValid(string? text) => text is { Length: Digits } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>As much of an id as may be shown: its files are found by it, and it opens nothing.</summary>
    /// <param name="id">A valid id.</param>
    public static string Beginning(string id) => id[..DigitsShown];

    /// <summary>A text with every id in it cut short, and what else looks like one: of a path the pattern is left that finds its file.</summary>
    /// <param name="text">Any text.</param>
    public static string CutShort(string text) => Ids.Replace(text, found => Beginning(found.Value) + "*");
}
