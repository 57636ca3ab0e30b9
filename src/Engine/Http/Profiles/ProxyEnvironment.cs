using System.Net;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>
/// The system's proxy: the environment variables http_proxy, https_proxy, all_proxy and no_proxy, read once. Lower case wins over upper case;
/// HTTP_PROXY in upper case is not believed in a CGI program, where a request's Proxy field would set it.
/// </summary>
internal sealed class ProxyEnvironment
{
    private readonly string[] _direct;

    private ProxyEnvironment(ProxyAddress? http, ProxyAddress? https, string[] direct, string? malformed)
    {
        Http = http;
        Https = https;
        _direct = direct;
        Malformed = malformed;
    }

    /// <summary>The proxy of http URLs, or null.</summary>
    public ProxyAddress? Http { get; }

    /// <summary>The proxy of https URLs, or null.</summary>
    public ProxyAddress? Https { get; }

    /// <summary>The name of a variable that names no proxy one can use, or null.</summary>
    public string? Malformed { get; }

    /// <summary>Reads the variables.</summary>
    /// <param name="read">Gives a variable's value, or null.</param>
    public static ProxyEnvironment Read(Func<string, string?> read)
    {
        string? malformed = null;
        var isCgi = !string.IsNullOrEmpty(read("GATEWAY_INTERFACE"));
        var all = Proxy("all_proxy", "ALL_PROXY");
        var http = Proxy("http_proxy", isCgi ? null : "HTTP_PROXY") ?? all;
        var https = Proxy("https_proxy", "HTTPS_PROXY") ?? all;
        var direct = (Value("no_proxy", "NO_PROXY")?.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new ProxyEnvironment(http, https, direct, malformed);

        ProxyAddress? Proxy(string lower, string? upper)
        {
            if (Value(lower, upper) is not { } found)
                return null;
            var proxy = ProxyAddress.TryParse(found.Value);
            if (proxy is null)
                malformed ??= found.Name;
            return proxy;
        }

        (string Name, string Value)? Value(string lower, string? upper) =>
            read(lower) is { Length: > 0 } one ? (lower, one.Trim())
            : upper is not null && read(upper) is { Length: > 0 } two ? (upper, two.Trim())
            : null;
    }

    /// <summary>The proxy of a URL; null where it is asked directly.</summary>
    public ProxyAddress? For(Uri url) => IsDirect(url) ? null : url.Scheme == "https" ? Https : Http;

    private bool IsDirect(Uri url) => Array.Exists(_direct, e => e == "*" || Names(e, url));

    // A name stands for itself and what lies below it, with or without a leading dot; a network for the literal addresses in it.
    private static bool Names(string entry, Uri url)
    {
        var name = entry.TrimStart('.');
        if (HostPattern.Matches(name, url) || HostPattern.Matches($"*.{name}", url))
            return true;
        return entry.Contains('/', StringComparison.Ordinal)
            && IPNetwork.TryParse(entry, out var network)
            && IPAddress.TryParse(url.IdnHost, out var address)
            && network.Contains(address);
    }
}
