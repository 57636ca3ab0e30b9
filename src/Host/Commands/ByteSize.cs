using System.Globalization;

namespace Ferry.Host.Commands;

/// <summary>Byte counts as a person writes them: <c>500000</c>, <c>512K</c>, <c>1.5M</c>, <c>2GiB</c>; K, M, G and T are powers of 1024.</summary>
internal static class ByteSize
{
    private const string Units = "KMGT";

    /// <summary>Reads a byte count.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">The count, zero or more.</param>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        if (string.IsNullOrEmpty(text))
            return false;
        var number = text.AsSpan();
        if (number.EndsWith("iB", StringComparison.OrdinalIgnoreCase))
            number = number[..^2];
        else if (number.EndsWith("B", StringComparison.OrdinalIgnoreCase))
            number = number[..^1];
        var power = number.IsEmpty ? -1 : Units.IndexOf(char.ToUpperInvariant(number[^1]), StringComparison.Ordinal);
        if (power >= 0)
            number = number[..^1];
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return false;
        try
        {
            var exact = value * (1L << (10 * (power + 1)));
            if (exact > long.MaxValue)
                return false;
            bytes = (long)exact;
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
