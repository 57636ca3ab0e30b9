using System.Net;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Which URL goes through which proxy: what the platform's handler asks. It never throws, for the platform would then go without a proxy.</summary>
internal sealed class ProxyRoute : IWebProxy, ICredentials
{
    private readonly Func<Uri, ProxyAddress?> _choose;
    private readonly ProxyAddress[] _proxies;

    private ProxyRoute(Func<Uri, ProxyAddress?> choose, bool isCallers, params ProxyAddress?[] proxies)
    {
        _choose = choose;
        _proxies = [.. proxies.OfType<ProxyAddress>()];
        IsCallers = isCallers;
    }

    /// <summary>Whether a request named the proxy, and not whoever runs the process.</summary>
    public bool IsCallers { get; }

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => this;
        set => throw new NotSupportedException("A route does not change.");
    }

    /// <summary>The route of a choice; null for none.</summary>
    /// <exception cref="TransferException">The choice names no usable proxy: <see cref="ErrorCode.ProxyNotResolved"/>.</exception>
    public static ProxyRoute? For(ProxyChoice choice, ProxyEnvironment environment)
    {
        switch (choice)
        {
            case ProxyServer server:
                var address = ProxyAddress.Of(server);
                var exclusions = server.Exclusions.ToArray();
                return new ProxyRoute(url => Array.Exists(exclusions, e => HostPattern.Matches(e, url)) ? null : address, isCallers: true, address);
            case SystemProxy when environment.Malformed is { } variable:
                throw new TransferException(new TransferError(
                    ErrorCode.ProxyNotResolved, ErrorStage.Resolving, ErrorSide.Local,
                    $"The environment variable {variable} names no proxy that can be used: write it as http://host:port or socks5://host:port."));
            case SystemProxy when environment is not { Http: null, Https: null }:
                return new ProxyRoute(environment.For, isCallers: false, environment.Http, environment.Https);
            default:
                return null;
        }
    }

    /// <summary>The proxy of a URL; null where it is asked directly.</summary>
    public ProxyAddress? ProxyOf(Uri url) => _choose(url);

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => ProxyOf(destination)?.Uri;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => ProxyOf(host) is null;

    /// <summary>The credentials for a proxy's challenge. Schemes that would tell it more than the caller gave are not answered.</summary>
    /// <param name="uri">The proxy.</param>
    /// <param name="authType">The scheme of the challenge.</param>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        authType is "Basic" or "Digest" or "socks5" && Array.Find(_proxies, p => p.Uri == uri) is { User: { } user } proxy
            ? new NetworkCredential(user, proxy.Password ?? "")
            : null;
}
