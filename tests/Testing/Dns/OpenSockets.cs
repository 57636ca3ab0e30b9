using System.Globalization;

namespace Ferry.Testing.Dns;

/// <summary>The sockets of this machine as Linux lists them.</summary>
public static class OpenSockets
{
    private const string Established = "01";
    private const string Connecting = "02";

    /// <summary>How many sockets are connected, or connecting, to a port: <c>udp</c> or <c>tcp</c>.</summary>
    public static int To(int port, string protocol) => Lines(protocol).Concat(Lines(protocol + "6")).Count(fields =>
        int.Parse(fields[2].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port
        && fields[3] is Established or Connecting);

    private static IEnumerable<string[]> Lines(string table) => File.ReadLines($"/proc/net/{table}")
        .Skip(1)
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
