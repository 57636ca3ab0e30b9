using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>
/// Judges a server's certificate: the chain and the name as the platform found them, then the pins. It says by an exception what is wrong, since
/// the platform would tell a plain refusal in one word.
/// </summary>
internal sealed class PeerCheck(IReadOnlyList<string> pins, TimeProvider time)
{
    /// <summary>The platform's callback of every handshake, of a resumed session too.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var host = (sender as SslStream)?.TargetHostName is { Length: > 0 } name ? name : "the server";
        var error = certificate is null
            ? Untrusted(host, "it showed none")
            : Problem(host, errors, chain) ?? Unpinned(host, certificate);
        return error is null ? true : throw new TransferException(error);
    }

    private TransferError? Problem(string host, SslPolicyErrors errors, X509Chain? chain)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        var problems = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            problems.Add("it showed none");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            problems.AddRange(OfChain(chain));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            problems.Add("it belongs to another host");
        return Untrusted(host, string.Join("; ", problems));
    }

    private IEnumerable<string> OfChain(X509Chain? chain)
    {
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            yield return Times(chain!);
        if (status.HasFlag(X509ChainStatusFlags.UntrustedRoot) || status.HasFlag(X509ChainStatusFlags.PartialChain))
            yield return "no authority that is trusted here vouches for it";
        var rest = status & ~(X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain);
        if (rest != X509ChainStatusFlags.NoError || status == X509ChainStatusFlags.NoError)
            yield return $"its chain is not valid ({rest})";
    }

    private string Times(X509Chain chain)
    {
        var bad = chain.ChainElements.FirstOrDefault(e => e.ChainElementStatus.Any(s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))?.Certificate;
        if (bad is null)
            return "it is expired or not yet valid";
        var isExpired = new DateTimeOffset(bad.NotAfter) <= time.GetUtcNow();
        var what = bad.Equals(chain.ChainElements[0].Certificate) ? "it" : "a certificate of its chain";
        return isExpired ? $"{what} expired on {Day(bad.NotAfter)}" : $"{what} is not valid before {Day(bad.NotBefore)}";
    }

    private TransferError? Unpinned(string host, X509Certificate certificate)
    {
        if (pins.Count == 0)
            return null;
        using var copy = certificate as X509Certificate2 is null ? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()) : null;
        var key = ((copy ?? certificate as X509Certificate2)!).PublicKey.ExportSubjectPublicKeyInfo();
        var hash = Convert.ToBase64String(SHA256.HashData(key));
        return pins.Contains(hash, StringComparer.Ordinal)
            ? null
            : new TransferError(
                ErrorCode.PinMismatch, ErrorStage.Securing, ErrorSide.Remote,
                $"The public key of {host} matches none of the pins: it is sha256/{hash}.");
    }

    private static TransferError Untrusted(string host, string why) =>
        new(ErrorCode.PeerCertificate, ErrorStage.Securing, ErrorSide.Remote, $"The certificate of {host} is not accepted: {why}.");

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
