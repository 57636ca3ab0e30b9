using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ferry.Engine.Dns;

/// <summary>The entries of the option dnsServers.</summary>
internal static class DnsServerAddress
{
    /// <summary>How many servers are used at most (spec/requests.md section 1).</summary>
    public const int MaxServers = 3;

    private const int Port = 53;

    /// <summary>The first three valid ones, in order.</summary>
    public static IReadOnlyList<IPEndPoint> Choose(IEnumerable<string?> written) => [.. written.Select(Parse).OfType<IPEndPoint>().Take(MaxServers)];

    /// <summary>
    /// Reads <c>address</c>, <c>address:port</c> or <c>[address]:port</c>; null where it is none. Port 53 without one. IPv4 has four plain decimal
    /// numbers: the platform would also take <c>1</c> or <c>0x7f.1</c>, which nobody means.
    /// </summary>
    public static IPEndPoint? Parse(string? written)
    {
        if (written is null || !IPEndPoint.TryParse(written, out var server))
            return null;
        if (server.Address.Equals(IPAddress.Any) || server.Address.Equals(IPAddress.IPv6Any))
            return null;
        var isFour = server.AddressFamily == AddressFamily.InterNetwork;
        var address = isFour ? written.Split(':')[0] : written;
        if (isFour && address != server.Address.ToString())
            return null;
        var hasPort = isFour ? address.Length < written.Length : written.Contains("]:", StringComparison.Ordinal);
        if (!hasPort)
            return new IPEndPoint(server.Address, Port);
        return server.Port > 0 ? server : null;
    }

    /// <summary>As a message names it: with the port where it is not 53.</summary>
    public static string Shown(IPEndPoint server) =>
        server.Port == Port ? server.Address.ToString() : string.Create(CultureInfo.InvariantCulture, $"{server}");
}
