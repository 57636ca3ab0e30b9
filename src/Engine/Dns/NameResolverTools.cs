using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ferry.Engine.Dns;

/// <summary>What a resolver works with; every part has a default.</summary>
public sealed record NameResolverTools
{
    /// <summary>Where names are kept; null for a cache of the resolver's own. Give one to several resolvers, and those of the same servers share it.</summary>
    public NameCache? Cache { get; init; }

    /// <summary>
    /// Sends the requests to a DNS over HTTPS server, with the trust anchors of the caller's choice; asked for with every question, and owned by
    /// the caller. It must not resolve that server's name by this resolver. Null for a handler of the resolver's own with the system's anchors.
    /// </summary>
    public Func<HttpMessageInvoker>? DohInvoker { get; init; }

    /// <summary>How the certificate of a DNS over HTTPS server is checked by a handler of the resolver's own; null for the system's anchors.</summary>
    public X509ChainPolicy? DohTrust { get; init; }

    /// <summary>Makes the numbers of questions, which nobody must be able to guess.</summary>
    public Func<ushort> NewId { get; init; } = static () => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

    /// <summary>The resolver asked last, and for the name of the DNS over HTTPS server.</summary>
    public INameResolver System { get; init; } = SystemResolver.Instance;

    /// <summary>How long each DNS server is given for a name, TCP included, before the next is asked.</summary>
    public TimeSpan ServerTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the DNS over HTTPS server is given, TCP and TLS included.</summary>
    public TimeSpan DohTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a UDP question is waited for before it is sent again.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much longer the addresses of the other family are waited for once those of one are there.</summary>
    public TimeSpan OtherFamilyDelay { get; init; } = TimeSpan.FromMilliseconds(500);
}
