using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Reads the certificate that is shown to servers, with its key and the certificates between it and its authority.</summary>
internal static class ClientCertificates
{
    /// <summary>What TLS needs of it.</summary>
    /// <exception cref="TransferException">It cannot be used: <see cref="ErrorCode.LocalCertificate"/>.</exception>
    public static SslStreamCertificateContext Load(ClientCertificate source)
    {
        try
        {
            var certificates = Certificates(source);
            var leaf = certificates.FirstOrDefault(c => c.HasPrivateKey) ?? certificates.FirstOrDefault()
                ?? throw Unusable(source, "it holds no certificate");
            var others = new X509Certificate2Collection(certificates.Where(c => c != leaf).ToArray());
            var whole = leaf.HasPrivateKey ? leaf : WithKey(leaf, Key(source), source.KeyPassword);
            return SslStreamCertificateContext.Create(whole, others, offline: true);
        }
        catch (Exception thrown) when (KeyFile.IsUnusable(thrown))
        {
            var path = source.KeyPath.Length > 0 ? $"{source.CertPath}' with the key '{source.KeyPath}" : source.CertPath;
            throw KeyFile.Error(ErrorCode.LocalCertificate, $"The client certificate '{path}' cannot be used", thrown);
        }
    }

    private static X509Certificate2Collection Certificates(ClientCertificate source)
    {
        var bytes = KeyFile.Read(source.CertPath);
        var certificates = new X509Certificate2Collection();
        switch (source.CertType)
        {
            case CertificateType.Pem:
                certificates.ImportFromPem(Text(bytes));
                break;
            case CertificateType.Der:
                certificates.Add(X509CertificateLoader.LoadCertificate(bytes));
                break;
            default:
                certificates.AddRange(X509CertificateLoader.LoadPkcs12Collection(bytes, source.KeyPassword));
                break;
        }
        return certificates;
    }

    private static byte[] Key(ClientCertificate source)
    {
        if (source.KeyPath.Length > 0)
            return KeyFile.Read(source.KeyPath);
        return source.CertType == CertificateType.Pem
            ? KeyFile.Read(source.CertPath)
            : throw Unusable(source, "it holds no private key, and no other file is named for it");
    }

    private static X509Certificate2 WithKey(X509Certificate2 leaf, byte[] bytes, string? password)
    {
        using var rsaPublic = leaf.GetRSAPublicKey();
        if (rsaPublic is not null)
        {
            using var rsa = RSA.Create();
            Import(rsa, bytes, password, () => rsa.ImportRSAPrivateKey(bytes, out _));
            return leaf.CopyWithPrivateKey(rsa);
        }
        using var ecdsa = ECDsa.Create();
        Import(ecdsa, bytes, password, () => ecdsa.ImportECPrivateKey(bytes, out _));
        return leaf.CopyWithPrivateKey(ecdsa);
    }

    // PEM says itself what it is; DER is PKCS #8, with a password encrypted, or the older form of its kind of key.
    private static void Import(AsymmetricAlgorithm key, byte[] bytes, string? password, Action older)
    {
        var text = Text(bytes);
        if (text.Contains("-----BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
            key.ImportFromEncryptedPem(text, password ?? "");
        else if (text.Contains("-----BEGIN ", StringComparison.Ordinal))
            key.ImportFromPem(text);
        else if (!string.IsNullOrEmpty(password))
            key.ImportEncryptedPkcs8PrivateKey(password, bytes, out _);
        else
            ImportPlain(key, bytes, older);
    }

    private static void ImportPlain(AsymmetricAlgorithm key, byte[] bytes, Action older)
    {
        try
        {
            key.ImportPkcs8PrivateKey(bytes, out _);
        }
        catch (CryptographicException)
        {
            older();
        }
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static TransferException Unusable(ClientCertificate source, string why) =>
        KeyFile.Error(ErrorCode.LocalCertificate, $"The client certificate '{source.CertPath}' cannot be used: {why}.");
}
