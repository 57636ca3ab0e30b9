using System.IO.Enumeration;

namespace Ferry.Engine.Http;

/// <summary>Hosts as policies and proxy exclusions name them: <c>*</c> stands for any characters, and case does not count.</summary>
internal static class HostPattern
{
    /// <summary>Whether a pattern names the host of a URL. A pattern with a port, as in <c>*.example.com:8443</c>, is for that port alone.</summary>
    public static bool Matches(string pattern, Uri url)
    {
        var wanted = pattern.Trim().TrimEnd('.');
        var host = url.IdnHost.TrimEnd('.');
        return wanted.Length > 0
            && (Matches(wanted, host) || Matches(wanted, url.DnsSafeHost.TrimEnd('.')) || Matches(wanted, WithPort(host, url.Port)));
    }

    private static bool Matches(string pattern, string host) => FileSystemName.MatchesSimpleExpression(pattern, host);

    private static string WithPort(string host, int port) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
}
