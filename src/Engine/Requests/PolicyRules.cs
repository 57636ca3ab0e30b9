using System.Net;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Requests;

/// <summary>What the engine's policy refuses before anything is done. Resolved addresses and redirects are checked where they come up.</summary>
internal static class PolicyRules
{
    /// <summary>Adds a problem for each point of the policy that a request breaks.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="destination">The destination, with an absolute path where it is a file.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="problems">Where they go.</param>
    public static void Check(Uri url, Destination destination, EnginePolicy policy, List<TransferError> problems)
    {
        foreach (var code in Broken(url, policy, NetworkPolicy.Parse(policy.DeniedNetworks)))
        {
            problems.Add(RequestValidation.Problem(
                code switch
                {
                    ErrorCode.DomainNotAllowed => $"The host '{url.Host}' is not among those this engine may ask.",
                    ErrorCode.CleartextNotAllowed => $"This engine may not send cleartext http to {url.Authority}: use https.",
                    _ => $"The address {url.Host} lies in a network this engine never connects to.",
                },
                code));
        }
        if (policy.TargetRoot is { } root && destination is FileDestination file && TargetProblem(file.Path, root) is { } refused)
            problems.Add(refused);
    }

    /// <summary>The points of the policy that a URL breaks, each as the code it is refused with. Only a literal address can be checked here.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="networks">Its denied networks.</param>
    public static IEnumerable<ErrorCode> Broken(Uri url, EnginePolicy policy, NetworkPolicy networks)
    {
        if (policy.AllowedHosts.Count > 0 && !policy.AllowedHosts.Any(p => HostPattern.Matches(p, url)))
            yield return ErrorCode.DomainNotAllowed;
        if (!policy.AllowCleartext && url.Scheme == "http")
            yield return ErrorCode.CleartextNotAllowed;
        if (IPAddress.TryParse(url.IdnHost, out var address) && networks.Denies(address))
            yield return ErrorCode.NotPermitted;
    }

    private static TransferError? TargetProblem(string target, string root)
    {
        try
        {
            return RealPath.LiesUnder(target, root)
                ? null
                : RequestValidation.Problem($"The target '{target}' does not lie under '{root}', where this engine's targets must lie.", ErrorCode.NotPermitted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return RequestValidation.Problem($"Whether the target '{target}' lies under '{root}' cannot be told: {e.Message}", ErrorCode.NotPermitted);
        }
    }
}
