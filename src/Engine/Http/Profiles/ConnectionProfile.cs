using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>
/// What of a request's options decides how it is connected: requests of equal profiles share connections. Two are equal when all of it is,
/// lists element by element. Its text form holds no secret.
/// </summary>
internal sealed class ConnectionProfile : IEquatable<ConnectionProfile>
{
    private ConnectionProfile(RequestOptions options)
    {
        Protocol = options.UsingProtocol;
        Proxy = options.UsingProxy is ProxyServer server ? server with { Exclusions = [.. server.Exclusions] } : options.UsingProxy;
        CaPath = options.CaPath;
        ClientCert = options.ClientCert;
        Pins = [.. options.CertificatePinning.Select(p => p.PublicKeyHash)];
        DnsOverHttps = options.DnsOverHttps;
        DnsServers = [.. options.DnsServers];
    }

    /// <summary>The protocol version; null chooses automatically.</summary>
    public HttpProtocol? Protocol { get; }

    /// <summary>The proxy.</summary>
    public ProxyChoice Proxy { get; }

    /// <summary>The file of trust anchors; null for the system's.</summary>
    public string? CaPath { get; }

    /// <summary>The client certificate, or null.</summary>
    public ClientCertificate? ClientCert { get; }

    /// <summary>The pins: SHA-256 of a public key, in base64.</summary>
    public IReadOnlyList<string> Pins { get; }

    /// <summary>The DNS over HTTPS server, or null.</summary>
    public string? DnsOverHttps { get; }

    /// <summary>The DNS servers.</summary>
    public IReadOnlyList<string> DnsServers { get; }

    /// <summary>The profile of a request.</summary>
    public static ConnectionProfile Of(RequestOptions options) => new(options);

    /// <inheritdoc/>
    public bool Equals(ConnectionProfile? other) => other is not null
        && Protocol == other.Protocol
        && SameProxy(Proxy, other.Proxy)
        && string.Equals(CaPath, other.CaPath, StringComparison.Ordinal)
        && ClientCert == other.ClientCert
        && Pins.SequenceEqual(other.Pins, StringComparer.Ordinal)
        && string.Equals(DnsOverHttps, other.DnsOverHttps, StringComparison.Ordinal)
        && DnsServers.SequenceEqual(other.DnsServers, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConnectionProfile);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Protocol);
        hash.Add(Proxy is ProxyServer proxy ? HashCode.Combine(proxy.Host, proxy.Port, proxy.UserName) : Proxy.GetHashCode());
        hash.Add(CaPath);
        hash.Add(ClientCert);
        foreach (var pin in Pins)
            hash.Add(pin);
        hash.Add(DnsOverHttps);
        foreach (var server in DnsServers)
            hash.Add(server);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string?[] parts =
        [
            Protocol is { } protocol ? $"protocol {protocol}" : null,
            Proxy is ProxyServer proxy ? $"{proxy.Kind} proxy {proxy.Host}:{proxy.Port}" : Proxy is SystemProxy ? "the system's proxy" : null,
            CaPath is null ? null : $"anchors '{CaPath}'",
            ClientCert is null ? null : $"client certificate '{ClientCert.CertPath}'",
            Pins.Count == 0 ? null : $"{Pins.Count} pins",
            DnsServers.Count == 0 ? null : $"DNS servers {string.Join(", ", DnsServers)}",
            DnsOverHttps is null ? null : $"DNS over HTTPS {UrlText.WithoutQuery(DnsOverHttps)}",
        ];
        return string.Join("; ", parts.Where(p => p is not null).DefaultIfEmpty("direct"));
    }

    private static bool SameProxy(ProxyChoice left, ProxyChoice right) => left is ProxyServer a && right is ProxyServer b
        ? a with { Exclusions = b.Exclusions } == b && a.Exclusions.SequenceEqual(b.Exclusions, StringComparer.Ordinal)
        : left == right;
}
