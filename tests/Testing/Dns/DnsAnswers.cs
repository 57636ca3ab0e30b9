namespace Ferry.Testing.Dns;

/// <summary>What the test servers answer, whatever carries it.</summary>
public static class DnsAnswers
{
    /// <summary>The type of IPv4 addresses.</summary>
    public const int A = 1;

    /// <summary>The type of IPv6 addresses.</summary>
    public const int Aaaa = 28;

    /// <summary>The address in forged answers.</summary>
    public const string Forged = "203.0.113.66";

    private const int Ok = 0x8180;
    private const int Truncated = 0x0200;

    /// <summary>The answer, or null where there is none.</summary>
    internal static byte[]? To(DnsAsked asked, DnsZone zone, DnsBehaviour behaviour, bool isFirst)
    {
        var overUdp = asked.Transport == "udp";
        return behaviour switch
        {
            DnsBehaviour.Silent => null,
            DnsBehaviour.LosesTheFirst when isFirst => null,
            DnsBehaviour.IgnoresIPv6Questions when asked.Type == Aaaa => null,
            DnsBehaviour.FailsIPv6Questions when asked.Type == Aaaa => Code(asked, 2),
            DnsBehaviour.Truncates or DnsBehaviour.CutsTcp or DnsBehaviour.SilentOverTcp or DnsBehaviour.WrongIdOverTcp when overUdp => CutOff(asked),
            DnsBehaviour.TruncatesAlways => CutOff(asked),
            DnsBehaviour.CutsTcp => Good(asked, zone)[..^5],
            DnsBehaviour.SilentOverTcp => null,
            DnsBehaviour.WrongId or DnsBehaviour.WrongIdOverTcp => Good(asked with { Id = (ushort)(asked.Id + 1) }, zone),
            DnsBehaviour.WrongQuestion => Good(asked with { Name = "other." + asked.Name }, zone),
            DnsBehaviour.ServerFailure => Code(asked, 2),
            DnsBehaviour.Refuses => Code(asked, 5),
            DnsBehaviour.BadVersion => new DnsMessageWriter(asked.Id, Ok, asked.Name, asked.Type).Extension(upperCode: 1).ToArray(),
            DnsBehaviour.NoSuchName => Negative(asked, zone, 3),
            DnsBehaviour.Refers => new DnsMessageWriter(asked.Id, 0x8100, asked.Name, asked.Type).NameServer("example", "ns.example").ToArray(),
            DnsBehaviour.Garbage => [(byte)(asked.Id >> 8), (byte)asked.Id, 0x81, 0x80, 0, 1, 0xFF, 0xFF, 0, 0, 0, 0, 63, 1, 2, 3],
            DnsBehaviour.CompressionLoop => Loop(asked),
            DnsBehaviour.AliasLoop => new DnsMessageWriter(asked.Id, Ok, asked.Name, asked.Type)
                .Alias(asked.Name, "b.example").Alias("b.example", asked.Name).ToArray(),
            DnsBehaviour.NoExtensions when asked.Extended => Code(asked, 1),
            _ => Good(asked, zone),
        };
    }

    /// <summary>The answer of a server that knows its zone.</summary>
    internal static byte[] Good(DnsAsked asked, DnsZone zone)
    {
        var message = new DnsMessageWriter(asked.Id, Ok, asked.Name, asked.Type);
        var name = asked.Name;
        for (; zone.Alias(name) is { } alias; name = alias.Target)
            message.Alias(name, alias.Target, alias.Ttl);
        var addresses = zone.Addresses(name, asked.Type);
        if (addresses.Count == 0 && name == asked.Name)
            return Negative(asked, zone, zone.Knows(name) ? 0 : 3);
        foreach (var (address, ttl) in addresses)
            message.Address(name, address.ToString(), ttl);
        return asked.Extended ? message.Extension().ToArray() : message.ToArray();
    }

    /// <summary>Answers that must not be believed: see <see cref="DnsBehaviour.ForgedFirst"/>.</summary>
    internal static IEnumerable<byte[]> Forgeries(DnsAsked asked)
    {
        var zone = new DnsZone().Add(asked.Name, Forged).Add(asked.Name, "2001:db8::66").Add("other.example", Forged);
        yield return Good(asked with { Id = (ushort)(asked.Id + 1) }, zone);
        yield return Good(asked with { Name = "other.example" }, zone);
        yield return Good(asked with { Type = asked.Type == A ? Aaaa : A }, zone);
        var question = Good(asked, zone);
        question[2] &= 0x7F;
        yield return question;
        yield return Good(asked, zone)[..^1];
        yield return [];
    }

    private static byte[] Negative(DnsAsked asked, DnsZone zone, int code)
    {
        var message = new DnsMessageWriter(asked.Id, Ok | code, asked.Name, asked.Type);
        if (zone.Authority is { } authority)
            message.Authority("example", authority.Ttl, authority.Minimum);
        return message.ToArray();
    }

    private static byte[] Code(DnsAsked asked, int code) => new DnsMessageWriter(asked.Id, Ok | code, asked.Name, asked.Type).ToArray();

    // Half a record follows, as servers leave it.
    private static byte[] CutOff(DnsAsked asked) =>
        new DnsMessageWriter(asked.Id, Ok | Truncated, asked.Name, asked.Type).Address(asked.Name, Forged).ToArray()[..^3];

    private static byte[] Loop(DnsAsked asked)
    {
        var message = new DnsMessageWriter(asked.Id, Ok, asked.Name, asked.Type);
        return message.Record("", 5, 300, () => message.Raw(0xC0, (byte)message.Length)).ToArray();
    }
}
