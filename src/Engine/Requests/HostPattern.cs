using System.Globalization;
using System.IO.Enumeration;

namespace Ferry.Engine.Requests;

/// <summary>Hosts as policies and proxy exclusions name them: <c>*</c> stands for any characters, and case does not count.</summary>
internal static class HostPattern
{
    private static readonly IdnMapping Idn = new();

    /// <summary>
    /// Whether a pattern names the host of a URL. Names in other scripts are compared as punycode. A pattern with a port, as in
    /// <c>*.example.com:8443</c>, is for that port alone.
    /// </summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="url">The URL.</param>
    public static bool Matches(string pattern, Uri url)
    {
        var wanted = Ascii(pattern.Trim().TrimEnd('.'));
        var host = Ascii(url.IdnHost.TrimEnd('.'));
        return wanted.Length > 0
            && (Matches(wanted, host) || Matches(wanted, url.DnsSafeHost.TrimEnd('.')) || Matches(wanted, WithPort(host, url.Port)));
    }

    private static bool Matches(string pattern, string host) => FileSystemName.MatchesSimpleExpression(pattern, host);

    private static string WithPort(string host, int port) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";

    // Label by label, since a pattern is no name as a whole.
    private static string Ascii(string host) => System.Text.Ascii.IsValid(host)
        ? host
        : string.Join('.', host.ToLowerInvariant().Split('.', '\u3002').Select(AsciiLabel));

    private static string AsciiLabel(string label)
    {
        try
        {
            return System.Text.Ascii.IsValid(label) ? label : Idn.GetAscii(label);
        }
        catch (ArgumentException)
        {
            return label;
        }
    }
}
