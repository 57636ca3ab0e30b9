using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>What a text means as a number, a duration or a size; null where it means none.</summary>
internal static class HoconScalars
{
    private const NumberStyles Number = NumberStyles.Float;

    public static bool? Boolean(string text) => text switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => null,
    };

    public static int? Int(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null;

    public static long? Long(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null;

    public static double? Double(string text) => double.TryParse(text, Number, CultureInfo.InvariantCulture, out var n) ? n : null;

    public static decimal? Decimal(string text) => decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out var n) ? n : null;

    /// <summary>A duration; a number without a unit counts milliseconds.</summary>
    public static TimeSpan? Duration(string text, bool allowInfinite)
    {
        if (text is "infinite")
            return allowInfinite ? Timeout.InfiniteTimeSpan : null;
        var (number, unit) = Split(text);
        decimal? ticks = unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            _ => null,
        };
        return Scaled(number, ticks) is { } total ? new TimeSpan(total) : null;
    }

    /// <summary>A size in bytes: <c>kB</c> is 1000, <c>K</c>, <c>k</c> and <c>KiB</c> are 1024, after the specification.</summary>
    public static long? ByteSize(string text)
    {
        var (number, unit) = Split(text);
        return Scaled(number, unit switch
        {
            "" or "B" or "b" or "byte" or "bytes" => 1,
            "kB" or "kilobyte" or "kilobytes" => 1_000,
            "MB" or "megabyte" or "megabytes" => 1_000_000,
            "GB" or "gigabyte" or "gigabytes" => 1_000_000_000,
            "TB" or "terabyte" or "terabytes" => 1_000_000_000_000,
            "PB" or "petabyte" or "petabytes" => 1_000_000_000_000_000,
            "K" or "k" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
            "M" or "m" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
            "G" or "g" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
            "T" or "t" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
            "P" or "p" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => 1L << 50,
            _ => null,
        });
    }

    /// <summary>Whether a text can be written without quotes and be read back as it is.</summary>
    public static bool IsPlain(string text) =>
        text.Length > 0 && text != "null" && !text.Contains("//", StringComparison.Ordinal)
        && text.All(c => c == '.' || !HoconPath.HasMeaning(c) && !HoconPath.IsReserved(c));

    private static (decimal? Number, string Unit) Split(string text)
    {
        var at = text.Length;
        while (at > 0 && char.IsLetter(text[at - 1]))
            at--;
        return (Decimal(text[..at].Trim()), text[at..]);
    }

    private static long? Scaled(decimal? number, decimal? unit)
    {
        if (number is not { } n || unit is not { } u || Math.Abs(n) > long.MaxValue / u)
            return null;
        return (long)(n * u);
    }
}
