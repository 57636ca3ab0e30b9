using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>Whom a server's certificate must come from.</summary>
internal static class TrustAnchors
{
    /// <summary>
    /// How a server's chain is built. Missing intermediate certificates are not fetched: that would connect past the proxy, the time limits and
    /// the engine's policy.
    /// </summary>
    /// <param name="caPath">A PEM file whose certificates replace the system's anchors; null for those.</param>
    /// <exception cref="TransferException">The file cannot be used: <see cref="ErrorCode.CaFile"/>.</exception>
    public static X509ChainPolicy Policy(string? caPath)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (caPath is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Load(caPath));
        }
        return policy;
    }

    private static X509Certificate2Collection Load(string path)
    {
        var anchors = new X509Certificate2Collection();
        try
        {
            anchors.ImportFromPem(Encoding.Latin1.GetString(KeyFile.Read(path)));
        }
        catch (Exception thrown) when (KeyFile.IsUnusable(thrown))
        {
            throw KeyFile.Error(ErrorCode.CaFile, $"The file of trust anchors '{path}' cannot be read", thrown);
        }
        return anchors.Count > 0
            ? anchors
            : throw KeyFile.Error(ErrorCode.CaFile, $"The file of trust anchors '{path}' holds no certificate: it must be PEM text.");
    }
}
