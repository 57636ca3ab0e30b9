using System.Text;
using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Protocol;

/// <summary>Upload-Metadata: pairs of a key and a Base64 value, with a space between them and commas between the pairs.</summary>
internal static class UploadMetadata
{
    /// <summary>The key whose value names the file.</summary>
    public const string FileName = "filename";

    /// <summary>The pairs, decoded as UTF-8.</summary>
    /// <param name="field">The field's value; empty for no pairs.</param>
    /// <exception cref="UploadRefusedException">A key is empty, not ASCII or there twice, or a value is not Base64.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string field)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (field.Length == 0)
            return pairs;
        // HEAD echoes the field: what no header may hold is refused now.
        if (field.Any(c => c is < ' ' or > '~'))
            throw Refused("has a character that is not printable ASCII");
        foreach (var pair in field.Split(',', StringSplitOptions.TrimEntries))
        {
            var space = pair.IndexOf(' ', StringComparison.Ordinal);
            var (key, value) = space < 0 ? (pair, "") : (pair[..space], pair[(space + 1)..]);
            if (key.Length == 0)
                throw Refused("has a key that is empty");
            if (!pairs.TryAdd(key, Decoded(value)))
                throw Refused($"has the key '{key}' twice");
        }
        return pairs;
    }

    private static string Decoded(string value)
    {
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value, bytes, out var count) && !value.Any(char.IsWhiteSpace)
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : throw Refused("has a value that is not Base64");
    }

    private static UploadRefusedException Refused(string what) =>
        new(StatusCodes.Status400BadRequest, $"{TusNames.Metadata} {what}: send unique ASCII keys, each with a space and a Base64 value, separated by commas.");
}
