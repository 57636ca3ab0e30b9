using System.Net;
using Ferry.Engine.Dns;

namespace Ferry.Engine.Http;

/// <summary>Chooses what resolves the names of a profile's connections, under the engine's policy: servers in denied networks are not asked either.</summary>
internal sealed class ProfileResolvers(PolicyGuard policy, TimeProvider time)
{
    /// <summary>The resolver of a profile; disposable where it keeps connections.</summary>
    /// <param name="profile">How to connect.</param>
    /// <exception cref="Errors.TransferException">The trust anchors cannot be read, or dnsOverHttps is no https URL.</exception>
    public INameResolver Of(ConnectionProfile profile)
    {
        if (profile.DnsServers.Count == 0 && profile.DnsOverHttps is null)
            return SystemResolver.Instance;
        // The server that resolves is trusted as the servers that are resolved.
        var trust = profile.CaPath is null || profile.DnsOverHttps is null ? null : TrustAnchors.Policy(profile.CaPath);
        return NameResolvers.For(
            [.. profile.DnsServers.Where(IsPermitted)], profile.DnsOverHttps, time,
            new NameResolverTools { System = new PermittedResolver(policy), DohTrust = trust });
    }

    private bool IsPermitted(string written) => DnsServerAddress.Parse(written) is { } server && policy.Permits(server.Address);

    /// <summary>The system's resolver, less the addresses that are never connected to.</summary>
    private sealed class PermittedResolver(PolicyGuard policy) : INameResolver
    {
        public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
            policy.Permitted(host, await SystemResolver.Instance.ResolveAsync(host, cancellationToken));
    }
}
