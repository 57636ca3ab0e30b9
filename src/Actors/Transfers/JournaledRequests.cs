using Ferry.Engine.Requests;

namespace Ferry.Actors.Transfers;

/// <summary>Requests as earlier versions journaled them.</summary>
internal static class JournaledRequests
{
    /// <summary>
    /// Fills in the options there were none of when the request was journaled: read from JSON, a member that is missing has no value, not its
    /// default. The lists came in one version, and are always written since.
    /// </summary>
    /// <param name="request">The request as it was read.</param>
    public static TransferRequest WithDefaults(TransferRequest request)
    {
        if (request.Options is not { MultiFormData: null } options)
            return request;
        return request with
        {
            Options = options with
            {
                MultiFormData = [],
                UsingCache = true,
                UsingProxy = options.UsingProxy ?? new NoProxy(),
                CertificatePinning = options.CertificatePinning ?? [],
                DnsServers = options.DnsServers ?? [],
            },
        };
    }
}
