using System.CommandLine;
using System.Globalization;

namespace Ferry.Host.Commands;

/// <summary>Lengths of time as a person writes them: <c>700ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>; without a unit seconds, as curl has it.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

    /// <summary>An option that takes one.</summary>
    public static Option<TimeSpan?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (TryParse(text, out var time))
                return time;
            result.AddError($"{name} is '{text}'; it must be a length of time, such as 700ms, 5s or 2m.");
            return null;
        },
    };

    /// <summary>Reads a length of time.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time, zero or more.</param>
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        var (unit, milliseconds) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 1000));
        if (!double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * milliseconds > TimeSpan.MaxValue.TotalMilliseconds / 2)
            return false;
        time = TimeSpan.FromMilliseconds(number * milliseconds);
        return true;
    }
}
