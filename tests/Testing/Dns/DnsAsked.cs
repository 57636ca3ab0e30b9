using System.Net;
using System.Text;

namespace Ferry.Testing.Dns;

/// <summary>A question that reached a test server.</summary>
/// <param name="Name">The name, as it was written.</param>
/// <param name="Type">The type: 1 or 28.</param>
/// <param name="Transport"><c>udp</c>, <c>tcp</c> or <c>https</c>.</param>
/// <param name="Id">Its number.</param>
/// <param name="Extended">Whether it carried an OPT record.</param>
/// <param name="From">Who asked; null over HTTPS.</param>
public sealed record DnsAsked(string Name, int Type, string Transport, ushort Id, bool Extended, IPEndPoint? From)
{
    /// <summary>Reads a question; what is no question is a fault of the test's subject, and throws.</summary>
    public static DnsAsked Read(ReadOnlySpan<byte> message, string transport, IPEndPoint? from)
    {
        var name = new StringBuilder();
        var at = 12;
        for (; message[at] != 0; at += message[at] + 1)
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.Latin1.GetString(message.Slice(at + 1, message[at])));
        var type = (message[at + 1] << 8) | message[at + 2];
        return new DnsAsked(name.ToString(), type, transport, (ushort)((message[0] << 8) | message[1]), message[11] == 1, from);
    }
}
