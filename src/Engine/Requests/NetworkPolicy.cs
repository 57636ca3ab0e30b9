using System.Net;

namespace Ferry.Engine.Requests;

/// <summary>The networks an engine never connects to (<see cref="EnginePolicy.DeniedNetworks"/>).</summary>
internal sealed class NetworkPolicy
{
    private readonly IPNetwork[] _denied;

    private NetworkPolicy(IPNetwork[] denied) => _denied = denied;

    /// <summary>Reads networks in CIDR notation.</summary>
    /// <param name="cidrs">The networks.</param>
    /// <exception cref="FormatException">One of them is none.</exception>
    public static NetworkPolicy Parse(IReadOnlyList<string> cidrs) => new([.. cidrs.Select(c => IPNetwork.Parse(c))]);

    /// <summary>Whether an address lies in one of them; an IPv4 address in IPv6 form is the IPv4 address.</summary>
    /// <param name="address">The address.</param>
    public bool Denies(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_denied, n => n.Contains(plain));
    }
}
