using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Protocol;

/// <summary>Reads single header fields; what cannot be read is refused with 400.</summary>
internal static class HeaderValues
{
    /// <summary>The value of a field that may be there once; null where it is missing.</summary>
    public static string? Single(IHeaderDictionary headers, string name) => headers[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } values => values[0]!.Trim(),
        _ => throw new UploadRefusedException(StatusCodes.Status400BadRequest, $"{name} is there more than once: send it once."),
    };

    /// <summary>A number of bytes, zero or more; null where the field is missing.</summary>
    public static long? Bytes(IHeaderDictionary headers, string name)
    {
        if (Single(headers, name) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return value;
        throw new UploadRefusedException(StatusCodes.Status400BadRequest, $"{name} is no number of bytes: send digits, such as 100.");
    }

    /// <summary>Whether the body is what tus sends.</summary>
    /// <param name="contentType">The Content-Type field; its parameters do not matter.</param>
    public static bool IsOffsetStream(string? contentType) =>
        contentType is not null && contentType.Split(';')[0].Trim().Equals(TusNames.MediaType, StringComparison.OrdinalIgnoreCase);
}
