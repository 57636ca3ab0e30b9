using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Where a proxy is and who we are to it. Its text form holds no secret.</summary>
internal sealed class ProxyAddress
{
    private ProxyAddress(Uri uri, string? user, string? password)
    {
        Uri = uri;
        User = user;
        Password = password;
    }

    /// <summary>Scheme (http or socks5), host and port; never with userinfo.</summary>
    public Uri Uri { get; }

    /// <summary>The user name, or null for none.</summary>
    public string? User { get; }

    /// <summary>The password, or null for none.</summary>
    public string? Password { get; }

    /// <summary>The proxy a request names.</summary>
    /// <exception cref="TransferException">Host and port are none: <see cref="ErrorCode.ProxyNotResolved"/>.</exception>
    public static ProxyAddress Of(ProxyServer server)
    {
        var host = server.Host.Contains(':', StringComparison.Ordinal) && !server.Host.StartsWith('[') ? $"[{server.Host}]" : server.Host;
        var scheme = server.Kind == ProxyKind.Socks5 ? "socks5" : "http";
        return Uri.TryCreate($"{scheme}://{host}:{server.Port}/", UriKind.Absolute, out var uri) && uri is { UserInfo.Length: 0, PathAndQuery: "/" }
            ? new ProxyAddress(uri, server.UserName, server.Password)
            : throw new TransferException(new TransferError(
                ErrorCode.ProxyNotResolved, ErrorStage.Resolving, ErrorSide.Caller, "The proxy's host and port do not make an address: check them."));
    }

    /// <summary>
    /// A proxy as environment variables name it, such as <c>http://user:password@proxy:3128</c> or <c>proxy:3128</c>; null where the text names none.
    /// </summary>
    public static ProxyAddress? TryParse(string text)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(whole, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return null;
        var scheme = uri.Scheme switch
        {
            "http" => "http",
            "socks5" or "socks5h" or "socks" => "socks5",
            _ => null,
        };
        if (scheme is null)
            return null;
        var port = uri.Port > 0 ? uri.Port : scheme == "http" ? 80 : 1080;
        var parts = uri.UserInfo.Split(':', 2);
        return new ProxyAddress(
            new Uri($"{scheme}://{(uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost)}:{port}/"),
            uri.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(parts[0]),
            parts.Length < 2 ? null : Uri.UnescapeDataString(parts[1]));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Uri.Host}:{Uri.Port}";
}
