using System.Net;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Keeps the engine's policy where a request is about to be sent and where a connection is about to be made.</summary>
internal sealed class PolicyGuard(EnginePolicy policy)
{
    private readonly NetworkPolicy _networks = NetworkPolicy.Parse(policy.DeniedNetworks);

    /// <summary>
    /// Why a URL may not be asked, or null. Names are resolved later, and checked then; behind a proxy it is the proxy that resolves them, so that
    /// there a literal address is all that can be checked.
    /// </summary>
    /// <param name="url">The URL.</param>
    /// <param name="isRedirect">Whether a server's redirect leads to it.</param>
    public TransferError? Check(Uri url, bool isRedirect)
    {
        if (PolicyRules.Broken(url, policy, _networks).Take(1).ToArray() is not [var code])
            return null;
        return code switch
        {
            ErrorCode.DomainNotAllowed => Refuse(code, isRedirect, $"the host {url.Host} is not among those this engine may ask"),
            ErrorCode.CleartextNotAllowed => Refuse(code, isRedirect, $"this engine may not send cleartext http to {url.Authority}"),
            _ => Refuse(code, isRedirect, $"the address {url.Host} lies in a network this engine never connects to"),
        };
    }

    /// <summary>Whether an address may be connected to.</summary>
    public bool Permits(IPAddress address) => !_networks.Denies(address);

    /// <summary>The addresses of a host that may be connected to.</summary>
    /// <param name="host">The host, for the message.</param>
    /// <param name="addresses">What its name was resolved to; not empty.</param>
    /// <exception cref="TransferException">None of them: <see cref="ErrorCode.NotPermitted"/>.</exception>
    public IReadOnlyList<IPAddress> Permitted(string host, IReadOnlyList<IPAddress> addresses)
    {
        var permitted = addresses.Where(a => !_networks.Denies(a)).ToArray();
        return permitted.Length > 0
            ? permitted
            : throw new TransferException(new TransferError(
                ErrorCode.NotPermitted, ErrorStage.Connecting, ErrorSide.Caller,
                $"Every address of {host} lies in a network this engine never connects to."));
    }

    private static TransferError Refuse(ErrorCode code, bool isRedirect, string why) => isRedirect
        ? new(code, ErrorStage.Answering, ErrorSide.Remote, $"The server's redirect is not followed: {why}.")
        : new(code, ErrorStage.Validating, ErrorSide.Caller, $"The request is not sent: {why}.");
}
