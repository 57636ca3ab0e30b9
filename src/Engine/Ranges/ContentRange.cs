using System.Globalization;

namespace Ferry.Engine.Ranges;

/// <summary>A Content-Range field (RFC 9110 section 14.4): <c>bytes a-b/N</c>, <c>bytes a-b/*</c> or <c>bytes */N</c>.</summary>
/// <param name="Range">The bytes of this message, or null in an answer that says none can be had.</param>
/// <param name="Total">The length of the whole representation, or null where the server does not say.</param>
public sealed record ContentRange(ByteRange? Range, long? Total)
{
    /// <summary>
    /// Reads the field; null where it is absent or unusable: another unit, no digits, more than 63 bits, the last byte before the first,
    /// or a total that does not lie beyond the last byte (rules 12 and 13).
    /// </summary>
    /// <param name="value">The field's value as received.</param>
    public static ContentRange? Parse(string? value)
    {
        const string unit = "bytes ";
        if (value is null || !value.StartsWith(unit, StringComparison.OrdinalIgnoreCase))
            return null;
        var text = value.AsSpan(unit.Length).Trim(' ');
        var slash = text.IndexOf('/');
        if (slash < 0)
            return null;
        var range = text[..slash];
        var total = text[(slash + 1)..];
        var anyTotal = total is "*";
        long length = 0;
        if (!anyTotal && !TryNumber(total, out length))
            return null;
        if (range is "*")
            return anyTotal ? null : new ContentRange(null, length);
        var hyphen = range.IndexOf('-');
        if (hyphen < 0 || !TryNumber(range[..hyphen], out var first) || !TryNumber(range[(hyphen + 1)..], out var last) || last < first)
            return null;
        if (!anyTotal && length <= last)
            return null;
        return new ContentRange(new ByteRange(first, last), anyTotal ? null : length);
    }

    // 1*DIGIT and nothing else: no sign, no white space, no group separators. One value is kept free, so that last + 1 is a number too.
    private static bool TryNumber(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value < long.MaxValue;
}
