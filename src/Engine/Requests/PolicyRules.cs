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
        if (policy.AllowedHosts.Count > 0 && !policy.AllowedHosts.Any(p => HostPattern.Matches(p, url)))
            problems.Add(RequestValidation.Problem($"The host '{url.Host}' is not among those this engine may ask.", ErrorCode.DomainNotAllowed));
        if (!policy.AllowCleartext && url.Scheme == "http")
        {
            problems.Add(RequestValidation.Problem(
                $"This engine may not send cleartext http to {url.Authority}: use https.", ErrorCode.CleartextNotAllowed));
        }
        if (IPAddress.TryParse(url.IdnHost, out var address) && NetworkPolicy.Parse(policy.DeniedNetworks).Denies(address))
            problems.Add(RequestValidation.Problem($"The address {url.Host} lies in a network this engine never connects to.", ErrorCode.NotPermitted));
        if (policy.TargetRoot is { } root && destination is FileDestination file && TargetProblem(file.Path, root) is { } refused)
            problems.Add(refused);
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
