using System.Globalization;
using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>A proxy as curl's <c>-x</c> has it: <c>[scheme://][user:password@]host[:port]</c> with http or socks5, port 1080 by default; or <c>system</c>.</summary>
internal static class ProxyText
{
    private const int DefaultPort = 1080;

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="exclusions">Hosts asked directly.</param>
    /// <exception cref="FormatException">It cannot be read; the message does not repeat it, for it may hold a password.</exception>
    public static ProxyChoice Parse(string text, IReadOnlyList<string> exclusions)
    {
        if (text == "system")
            return new SystemProxy();
        var (kind, rest) = Scheme(text);
        string? user = null;
        string? password = null;
        if (rest.LastIndexOf('@') is >= 0 and var at)
        {
            (user, password) = Credentials(rest[..at]);
            rest = rest[(at + 1)..];
        }
        var (host, port) = HostAndPort(rest.TrimEnd('/'));
        return new ProxyServer(host, port) { Kind = kind, Exclusions = exclusions, UserName = user, Password = password };
    }

    private static (ProxyKind Kind, string Address) Scheme(string text)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
            return (ProxyKind.Http, text);
        return text[..end].ToLowerInvariant() switch
        {
            "http" => (ProxyKind.Http, text[(end + 3)..]),
            "socks5" or "socks5h" => (ProxyKind.Socks5, text[(end + 3)..]),
            var other => throw new FormatException($"The proxy's scheme '{other}' is not supported: use http or socks5."),
        };
    }

    private static (string User, string? Password) Credentials(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (Uri.UnescapeDataString(text), null)
            : (Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }

    private static (string Host, int Port) HostAndPort(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || text.EndsWith(']'))
            return (text, DefaultPort);
        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (text[..colon], port)
            : throw new FormatException("The proxy's port is not a number: write the proxy as host:port.");
    }
}
