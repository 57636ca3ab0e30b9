using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Dotted paths: <c>a.b."c.d"</c> has the three parts <c>a</c>, <c>b</c> and <c>c.d</c>.</summary>
internal static class HoconPath
{
    // The specification reserves more than what has a meaning; Akka.NET takes the rest as it stands, and so does this.
    private const string Meaningful = " \t\r\n$\"{}[]:=,#\\";
    private const string Reserved = "+`^?!@*&.";

    public static IReadOnlyList<string> Split(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!path.Contains('"'))
            return path.Split('.');
        var reader = new HoconReader(path, file: null);
        var parts = reader.ReadPath(static c => c == '\0');
        return reader.AtEnd ? parts : throw new ConfigurationException($"'{path}' is not a path of settings.");
    }

    public static string Join(IEnumerable<string> parts) => string.Join('.', parts.Select(QuoteIfNeeded));

    public static string QuoteIfNeeded(string part) =>
        part.Length == 0 || part.Any(c => HasMeaning(c) || IsReserved(c)) || part.Contains("//", StringComparison.Ordinal) ? Quote(part) : part;

    /// <summary>Whether a character outside quotes is something else than text.</summary>
    public static bool HasMeaning(char c) => Meaningful.Contains(c);

    public static bool IsReserved(char c) => Reserved.Contains(c);

    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append("\\u").Append(((int)c).ToString("x4")),
                _ => quoted.Append(c),
            };
        }
        return quoted.Append('"').ToString();
    }
}
