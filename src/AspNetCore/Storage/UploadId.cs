using System.Security.Cryptography;

namespace Ferry.AspNetCore.Storage;

/// <summary>Ids of uploads: 128 random bits in lower-case hexadecimal. Who knows one may write to the upload.</summary>
internal static class UploadId
{
    private const int Digits = 32;

    /// <summary>A new one.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <summary>Whether a text is an id. Nothing else ever becomes part of a path.</summary>
    public static bool IsValid(string? text) => text is { Length: Digits } && text.All(char.IsAsciiHexDigitLower);
}
