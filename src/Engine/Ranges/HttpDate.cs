using System.Globalization;

namespace Ferry.Engine.Ranges;

/// <summary>Dates as HTTP writes them (RFC 9110 section 5.6.7): the present form and the two obsolete ones.</summary>
public static class HttpDate
{
    private static readonly string[] Formats =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'",
        "ddd MMM d HH:mm:ss yyyy",
    ];

    /// <summary>Reads a date; null where it is absent or no HTTP date.</summary>
    /// <param name="value">The field's value.</param>
    public static DateTimeOffset? Parse(string? value) =>
        DateTimeOffset.TryParseExact(
            value, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date)
            ? date
            : null;
}
