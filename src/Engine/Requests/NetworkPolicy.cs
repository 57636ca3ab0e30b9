using System.Net;
using System.Net.Sockets;

namespace Ferry.Engine.Requests;

/// <summary>The networks an engine never connects to (<see cref="EnginePolicy.DeniedNetworks"/>). Pure: shared by validation and connecting.</summary>
internal sealed class NetworkPolicy
{
    private const int MappedPrefix = 96;
    private readonly IPNetwork[] _denied;

    private NetworkPolicy(IPNetwork[] denied) => _denied = denied;

    /// <summary>Reads networks.</summary>
    /// <param name="networks">The networks, in CIDR notation, or single addresses.</param>
    /// <exception cref="FormatException">One of them is none.</exception>
    public static NetworkPolicy Parse(IReadOnlyList<string> networks) =>
        new([.. networks.Select(n => ParseNetwork(n) ?? throw new FormatException($"'{n}' is not a network in CIDR notation."))]);

    /// <summary>
    /// Reads one network; null where it is none. A network of IPv4 addresses in IPv6 form (<c>::ffff:10.0.0.0/104</c>) is the IPv4 network.
    /// </summary>
    /// <param name="text">As in <c>10.0.0.0/8</c> or <c>fd00::/8</c>; an address alone is itself.</param>
    public static IPNetwork? ParseNetwork(string? text)
    {
        if (text is null)
            return null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return IPAddress.TryParse(text, out var single) && IsPlain(text, single) ? Network(single, single.GetAddressBytes().Length * 8) : null;
        return IPNetwork.TryParse(text, out var network) && IsPlain(text[..slash], network.BaseAddress)
            ? Network(network.BaseAddress, network.PrefixLength)
            : null;
    }

    /// <summary>Whether an address lies in one of the networks; an IPv4 address in IPv6 form is the IPv4 address, which is what is connected to.</summary>
    /// <param name="address">The address.</param>
    public bool Denies(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_denied, n => n.Contains(plain));
    }

    // The platform would also take "10" or "0x7f.1" for an IPv4 address, which nobody means in a policy.
    private static bool IsPlain(string text, IPAddress address) =>
        address.AddressFamily is not AddressFamily.InterNetwork || text == address.ToString();

    private static IPNetwork Network(IPAddress address, int prefix) => address.IsIPv4MappedToIPv6 && prefix >= MappedPrefix
        ? new IPNetwork(address.MapToIPv4(), prefix - MappedPrefix)
        : new IPNetwork(address, prefix);
}
