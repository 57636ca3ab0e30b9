using System.Net;

namespace Ferry.Engine.Dns;

/// <summary>The types of records that are asked for or looked at (RFC 1035 section 3.2.2, RFC 3596, RFC 6891).</summary>
internal enum DnsType : ushort
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Aaaa = 28,
    Opt = 41,
}

/// <summary>How a server says it went (RFC 1035 section 4.1.1, RFC 6891 section 6.1.3).</summary>
internal enum DnsResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}

/// <summary>What is asked: a name in lower case without a dot at its end, and a type, of class IN.</summary>
internal sealed record DnsQuestion(string Name, DnsType Type);

/// <summary>One record of class IN.</summary>
/// <param name="Name">Whose it is: in lower case, bytes that host names do not hold as <c>\DDD</c>, the root as the empty text.</param>
/// <param name="Type">Its type.</param>
/// <param name="Ttl">Seconds it may be kept; one with the highest bit set counts as 0 (RFC 2181 section 8).</param>
internal abstract record DnsRecord(string Name, DnsType Type, uint Ttl);

/// <summary>A or AAAA.</summary>
internal sealed record AddressRecord(string Name, DnsType Type, uint Ttl, IPAddress Address) : DnsRecord(Name, Type, Ttl);

/// <summary>CNAME.</summary>
internal sealed record AliasRecord(string Name, uint Ttl, string Target) : DnsRecord(Name, DnsType.Cname, Ttl);

/// <summary>SOA; its minimum says how long a negative answer may be kept (RFC 2308 section 4).</summary>
internal sealed record AuthorityRecord(string Name, uint Ttl, uint Minimum) : DnsRecord(Name, DnsType.Soa, Ttl);

/// <summary>Any other: its data is passed over.</summary>
internal sealed record OtherRecord(string Name, DnsType Type, uint Ttl) : DnsRecord(Name, Type, Ttl);
