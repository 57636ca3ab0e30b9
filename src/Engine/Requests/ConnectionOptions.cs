using System.Text.Json.Serialization;

namespace Ferry.Engine.Requests;

/// <summary>The protocol version asked for (usingProtocol); the numbers are those of the source API.</summary>
public enum HttpProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http11 = 0,

    /// <summary>HTTP/2, or a lower version where the server offers none.</summary>
    Http2 = 1,

    /// <summary>HTTP/3 on https, or a lower version where the server or this machine offers none.</summary>
    Http3 = 2,
}

/// <summary>Which proxy a request goes through (usingProxy).</summary>
[JsonDerivedType(typeof(NoProxy), "none")]
[JsonDerivedType(typeof(SystemProxy), "system")]
[JsonDerivedType(typeof(ProxyServer), "server")]
public abstract record ProxyChoice;

/// <summary>No proxy: false in the source API.</summary>
public sealed record NoProxy : ProxyChoice;

/// <summary>The system's proxy: true in the source API. The environment variables http_proxy, https_proxy, all_proxy and no_proxy.</summary>
public sealed record SystemProxy : ProxyChoice;

/// <summary>How a proxy is spoken to.</summary>
public enum ProxyKind
{
    /// <summary>An HTTP proxy: absolute requests for http, CONNECT for https.</summary>
    Http,

    /// <summary>SOCKS5 (RFC 1928); the proxy resolves the names.</summary>
    Socks5,
}

/// <summary>A named proxy.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record ProxyServer(string Host, int Port) : ProxyChoice
{
    /// <summary>How it is spoken to.</summary>
    public ProxyKind Kind { get; init; } = ProxyKind.Http;

    /// <summary>Hosts that are asked directly; <c>*</c> stands for any characters, as in <c>*.example.com</c>.</summary>
    public IReadOnlyList<string> Exclusions { get; init; } = [];

    /// <summary>The user name told to the proxy, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The password told to the proxy, or null.</summary>
    public string? Password { get; init; }
}

/// <summary>The form of a client certificate's file.</summary>
public enum CertificateType
{
    /// <summary>PEM text; may hold the key too.</summary>
    Pem,

    /// <summary>DER (ASN.1).</summary>
    Der,

    /// <summary>PKCS #12, which holds the key.</summary>
    P12,
}

/// <summary>The certificate shown to servers that ask for one (clientCert).</summary>
/// <param name="CertPath">The certificate's file.</param>
public sealed record ClientCertificate(string CertPath)
{
    /// <summary>The private key's file; empty where <see cref="CertPath"/> holds the key.</summary>
    public string KeyPath { get; init; } = "";

    /// <summary>The password of the key; null for none.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>The form of the files.</summary>
    public CertificateType CertType { get; init; } = CertificateType.Pem;
}

/// <summary>A pin of a server's public key (certificatePinning): base64 of the SHA-256 of its SubjectPublicKeyInfo (RFC 7469 section 2.4).</summary>
/// <param name="PublicKeyHash">The hash in base64, 44 characters.</param>
public sealed record CertificatePin(string PublicKeyHash)
{
    /// <summary>The hash's name; SHA-256 is the only one that counts.</summary>
    public string HashAlgorithm { get; init; } = "SHA-256";
}
