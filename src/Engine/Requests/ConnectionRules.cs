using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Requests;

/// <summary>The options of the connection: protocol, proxy, trust anchors, client certificate, pins, name resolution.</summary>
internal static class ConnectionRules
{
    /// <summary>How many DNS servers are used.</summary>
    public const int MostDnsServers = 3;

    private const int LongestSocksSecret = 255;

    /// <summary>Adds a problem for what cannot be used; answers the options with what takes effect.</summary>
    public static RequestOptions Check(RequestOptions options, Uri? url, List<TransferError> problems, List<string> warnings)
    {
        CheckProtocol(options.UsingProtocol, url, problems);
        if (options.UsingProxy is ProxyServer proxy)
            CheckProxy(proxy, problems);
        if (options.CaPath is { } anchors && !IsPath(anchors))
            problems.Add(RequestValidation.Problem("caPath is empty or holds NUL: name a PEM file, or leave it out for the system's trust anchors."));
        if (options.ClientCert is { } certificate)
            CheckCertificate(certificate, problems);
        foreach (var (place, pin) in options.CertificatePinning.Index())
            CheckPin($"certificatePinning[{place}]", pin, problems);
        if (options.DnsOverHttps is { } server && UrlText.TryParse(server) is not { Scheme: "https", UserInfo: "" })
        {
            problems.Add(RequestValidation.Problem(
                $"dnsOverHttps is '{UrlText.WithoutQuery(server)}'; it must be an https URL, as in https://dns.example/dns-query."));
        }
        return options.DnsServers.Count == 0 ? options : options with { DnsServers = Usable(options.DnsServers, warnings) };
    }

    private static void CheckProtocol(HttpProtocol? protocol, Uri? url, List<TransferError> problems)
    {
        if (protocol is { } value && !Enum.IsDefined(value))
            problems.Add(RequestValidation.Problem($"usingProtocol is {(int)value}; it must be 0 (HTTP/1.1), 1 (HTTP/2) or 2 (HTTP/3)."));
        else if (protocol is HttpProtocol.Http3 && url?.Scheme == "http")
            problems.Add(RequestValidation.Problem("usingProtocol is HTTP/3, which an http URL cannot have: use https, or another version.", ErrorCode.UnsupportedProtocol));
    }

    private static void CheckProxy(ProxyServer proxy, List<TransferError> problems)
    {
        if (!IsHost(proxy.Host))
            problems.Add(RequestValidation.Problem($"usingProxy.host is '{Shown(proxy.Host)}'; it must be a host's name or address, without scheme and port."));
        if (proxy.Port is < 1 or > 65535)
            problems.Add(RequestValidation.Problem($"usingProxy.port is {proxy.Port}; it must be from 1 to 65535."));
        if (!Enum.IsDefined(proxy.Kind))
            problems.Add(RequestValidation.Problem($"usingProxy.kind is {(int)proxy.Kind}; it must be Http or Socks5."));
        if (proxy.Exclusions is null || proxy.Exclusions.Any(string.IsNullOrWhiteSpace))
            problems.Add(RequestValidation.Problem("usingProxy.exclusionList is missing or has an empty entry: name hosts or patterns such as *.example.com."));
        CheckCredentials(proxy, problems);
    }

    private static void CheckCredentials(ProxyServer proxy, List<TransferError> problems)
    {
        if (proxy is { UserName: null, Password: not null })
            problems.Add(RequestValidation.Problem("usingProxy.password is given without usingProxy.userName: give both."));
        if (Holds(proxy.UserName, char.IsControl) || Holds(proxy.Password, char.IsControl))
            problems.Add(RequestValidation.Problem("usingProxy.userName or usingProxy.password holds control characters, which no proxy takes."));
        if (proxy.Kind is ProxyKind.Http && Holds(proxy.UserName, c => c == ':'))
            problems.Add(RequestValidation.Problem("usingProxy.userName holds a colon, which Basic credentials cannot carry (RFC 7617)."));
        if (proxy.Kind is ProxyKind.Socks5 && (IsTooLong(proxy.UserName) || IsTooLong(proxy.Password)))
            problems.Add(RequestValidation.Problem($"usingProxy.userName or usingProxy.password is longer than {LongestSocksSecret} bytes, the most SOCKS5 takes (RFC 1929)."));
    }

    private static void CheckCertificate(ClientCertificate certificate, List<TransferError> problems)
    {
        if (!IsPath(certificate.CertPath))
            problems.Add(RequestValidation.Problem("clientCert.certPath is empty or holds NUL: name the certificate's file."));
        if (certificate.KeyPath is null || certificate.KeyPath.Contains('\0', StringComparison.Ordinal))
            problems.Add(RequestValidation.Problem("clientCert.keyPath is missing or holds NUL: name the key's file, or leave it empty where the certificate's holds the key."));
        if (!Enum.IsDefined(certificate.CertType))
            problems.Add(RequestValidation.Problem($"clientCert.certType is {(int)certificate.CertType}; it must be PEM, DER or P12."));
        else if (certificate is { CertType: CertificateType.Der, KeyPath: "" })
            problems.Add(RequestValidation.Problem("clientCert.keyPath is empty, and a DER certificate holds no key: name the key's file."));
    }

    private static void CheckPin(string name, CertificatePin? pin, List<TransferError> problems)
    {
        if (pin is null)
        {
            problems.Add(RequestValidation.Problem($"{name} is missing."));
            return;
        }
        if (!"SHA-256".Equals(pin.HashAlgorithm, StringComparison.OrdinalIgnoreCase))
            problems.Add(RequestValidation.Problem($"{name}.hashAlgorithm is '{Shown(pin.HashAlgorithm)}'; it must be SHA-256."));
        if (!IsHash(pin.PublicKeyHash))
        {
            problems.Add(RequestValidation.Problem(
                $"{name}.publicKeyHash is '{Shown(pin.PublicKeyHash)}'; it must be the base64 of a SHA-256 of the public key, 44 characters."));
        }
    }

    private static bool IsHash(string? base64)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return base64 is { Length: 44 } && Convert.TryFromBase64String(base64, hash, out var length) && length == hash.Length;
    }

    private static string[] Usable(IReadOnlyList<string> written, List<string> warnings)
    {
        foreach (var server in written.Where(s => !IsDnsServer(s)))
            warnings.Add($"dnsServers has '{Shown(server)}', which is not an IPv4 or IPv6 address: it is skipped.");
        var valid = written.Where(IsDnsServer).ToArray();
        if (valid.Length > MostDnsServers)
            warnings.Add($"dnsServers has {valid.Length} addresses: the first {MostDnsServers} are used.");
        return valid.Length > MostDnsServers ? valid[..MostDnsServers] : valid;
    }

    // An address, perhaps with a port. The platform would also take "1" or "0x7f.1" for IPv4.
    private static bool IsDnsServer(string? text)
    {
        if (text is null || !IPEndPoint.TryParse(text, out var server) || server.Address.Equals(IPAddress.Any) || server.Address.Equals(IPAddress.IPv6Any))
            return false;
        if (server.AddressFamily is not AddressFamily.InterNetwork)
            return !text.Contains("]:", StringComparison.Ordinal) || server.Port > 0;
        var parts = text.Split(':');
        return parts[0] == server.Address.ToString() && (parts.Length == 1 || server.Port > 0);
    }

    private static bool IsHost(string? host)
    {
        if (string.IsNullOrEmpty(host))
            return false;
        return host.Contains(':', StringComparison.Ordinal)
            ? IPAddress.TryParse(host, out _)
            : Uri.CheckHostName(host) is not UriHostNameType.Unknown;
    }

    private static bool IsPath(string? path) => !string.IsNullOrEmpty(path) && !path.Contains('\0', StringComparison.Ordinal);

    private static bool Holds(string? text, Func<char, bool> what) => text is not null && text.Any(what);

    private static bool IsTooLong(string? text) => text is not null && Encoding.UTF8.GetByteCount(text) is 0 or > LongestSocksSecret;

    private static string Shown(string? text) => string.Concat((text ?? "").Select(c => char.IsControl(c) ? '?' : c));
}
