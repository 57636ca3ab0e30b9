using System.Net;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>The protocol version a request asks for (usingProtocol).</summary>
internal static class ProtocolVersions
{
    /// <summary>
    /// The version and how strictly it is meant. On https the platform offers versions and takes what the server chooses; without TLS there is
    /// nothing to choose by, and HTTP/2 is not assumed. HTTP/3 begins once the server announced it (Alt-Svc), where this machine has QUIC; the
    /// platform resolves names itself for it, so that it is left out where names are resolved otherwise or networks are denied.
    /// </summary>
    /// <param name="options">What the caller asked for.</param>
    /// <param name="url">The URL.</param>
    /// <param name="policy">The engine's policy.</param>
    public static (Version Version, HttpVersionPolicy Policy) For(RequestOptions options, Uri url, EnginePolicy policy) => options.UsingProtocol switch
    {
        HttpProtocol.Http11 => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
        _ when url.Scheme != "https" => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower),
        HttpProtocol.Http3 when policy.DeniedNetworks.Count == 0 && options is { DnsOverHttps: null, DnsServers.Count: 0 } =>
            (HttpVersion.Version30, HttpVersionPolicy.RequestVersionOrLower),
        _ => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
    };
}
