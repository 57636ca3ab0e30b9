using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ferry.Testing.Tls;

/// <summary>What is wrong or special about a certificate that a <see cref="TestAuthority"/> issues.</summary>
public sealed record CertificateOrder
{
    /// <summary>The host or person it is for.</summary>
    public string Name { get; init; } = "localhost";

    /// <summary>How many days ago it became valid; negative for a day to come.</summary>
    public int ValidSinceDays { get; init; } = 1;

    /// <summary>In how many days it expires; negative for a day that passed.</summary>
    public int ExpiresInDays { get; init; } = 30;

    /// <summary>Whether an RSA key is made instead of one on a curve.</summary>
    public bool Rsa { get; init; }

    /// <summary>Whether an intermediate authority issues it.</summary>
    public bool ByIntermediate { get; init; }

    /// <summary>Where its issuer's certificate can be fetched, as the certificate says; null for nothing.</summary>
    public string? IssuerUrl { get; init; }
}

/// <summary>A certificate authority of our own, made in memory.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _intermediate;

    /// <summary>Makes the authority and an intermediate one below it.</summary>
    public TestAuthority()
    {
        // Two authorities of one name would be taken for each other.
        var name = Convert.ToHexString(Serial());
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest($"CN=Test Root {name}", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        root.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(root.PublicKey, critical: false));
        Root = root.CreateSelfSigned(_now.AddDays(-100), _now.AddDays(100));

        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var middle = new CertificateRequest($"CN=Test Intermediate {name}", middleKey, HashAlgorithmName.SHA256);
        middle.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var issued = middle.Create(Root, _now.AddDays(-99), _now.AddDays(99), Serial());
        _intermediate = issued.CopyWithPrivateKey(middleKey);
    }

    /// <summary>The root, with its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The root as PEM text.</summary>
    public string RootPem => Root.ExportCertificatePem();

    /// <summary>The intermediate authority as PEM text.</summary>
    public string IntermediatePem => _intermediate.ExportCertificatePem();

    /// <summary>Issues a certificate with its key, for server and client use.</summary>
    /// <param name="order">What it is to be.</param>
    public X509Certificate2 Issue(CertificateOrder? order = null)
    {
        var wanted = order ?? new CertificateOrder();
        return wanted.Rsa ? IssueRsa(wanted) : IssueEc(wanted);
    }

    /// <summary>The pin of a certificate's public key: base64 of the SHA-256 of its SubjectPublicKeyInfo.</summary>
    /// <param name="certificate">The certificate.</param>
    public static string PinOf(X509Certificate2 certificate) => Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <inheritdoc/>
    public void Dispose()
    {
        Root.Dispose();
        _intermediate.Dispose();
    }

    private X509Certificate2 IssueEc(CertificateOrder order)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Sign(new CertificateRequest($"CN={order.Name}", key, HashAlgorithmName.SHA256), order);
        return issued.CopyWithPrivateKey(key);
    }

    private X509Certificate2 IssueRsa(CertificateOrder order)
    {
        using var key = RSA.Create(2048);
        using var issued = Sign(new CertificateRequest($"CN={order.Name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), order);
        return issued.CopyWithPrivateKey(key);
    }

    private X509Certificate2 Sign(CertificateRequest request, CertificateOrder order)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(order.Name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(order.Name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        if (order.IssuerUrl is { } url)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [url]));
        var issuer = order.ByIntermediate ? _intermediate : Root;
        var generator = X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!);
        return request.Create(issuer.SubjectName, generator, _now.AddDays(-order.ValidSinceDays), _now.AddDays(order.ExpiresInDays), Serial());
    }

    private static byte[] Serial() => RandomNumberGenerator.GetBytes(8);
}
