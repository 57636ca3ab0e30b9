using System.Globalization;

namespace Ferry.Host.Rendering;

/// <summary>Numbers as a person reads them.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>A byte count: <c>1.2 GiB</c>. At most 10 characters.</summary>
    public static string Bytes(double count)
    {
        var unit = 0;
        // 1023.95 would be printed as 1024.0.
        while (count >= (unit == 0 ? 1024 : 1023.95) && unit < Units.Length - 1)
        {
            count /= 1024;
            unit++;
        }
        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)count} B")
            : string.Create(CultureInfo.InvariantCulture, $"{count:0.0} {Units[unit]}");
    }

    /// <summary>A rate: <c>95.1 MiB/s</c>. At most 12 characters.</summary>
    public static string Rate(double bytesPerSecond) => Bytes(bytesPerSecond) + "/s";

    /// <summary>A time span: <c>8 s</c>, <c>3:07</c>, <c>2:05:09</c>. At most 8 characters below 100 hours.</summary>
    public static string Time(TimeSpan span)
    {
        var seconds = (long)Math.Ceiling(Math.Max(span.TotalSeconds, 0));
        return seconds switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}"),
        };
    }

    /// <summary>How much of the whole is there, rounded down: 100 % is said only when it is true.</summary>
    public static int Percent(long part, long whole) =>
        whole <= 0 ? 100 : (int)Math.Clamp((decimal)part * 100 / whole, 0, 100);

    /// <summary>A count with its noun: <c>1 file</c>, <c>3 files</c>.</summary>
    public static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {noun}{(count == 1 ? "" : "s")}");
}
