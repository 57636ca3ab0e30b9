using System.Globalization;

namespace Ferry.Interop.Tests.Tus;

/// <summary>Writes the options of a program.</summary>
internal static class Arguments
{
    /// <summary>An option with its value; nothing where there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public static string[] Option(string name, IFormattable? value) =>
        value is null ? [] : [name, value.ToString(null, CultureInfo.InvariantCulture)];

    /// <summary>An option without a value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isSet">Whether it is given.</param>
    public static string[] Flag(string name, bool isSet) => isSet ? [name] : [];
}
