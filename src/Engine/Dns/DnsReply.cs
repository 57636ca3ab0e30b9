using System.Net;

namespace Ferry.Engine.Dns;

/// <summary>What a server's word means for a name. Pure.</summary>
internal abstract record DnsReply
{
    /// <summary>The longest a negative answer is kept.</summary>
    public const uint MaxNegativeSeconds = 60;

    /// <summary>How long a negative answer is kept that does not say it (RFC 2308 section 5 leaves it to the resolver).</summary>
    public const uint NegativeSecondsUnsaid = 5;

    /// <summary>How long an answer is kept to which the other family's is missing.</summary>
    public const uint HalfAnswerSeconds = 10;

    private const int MaxAliases = 16;

    /// <summary>What an answer says about the addresses of one family.</summary>
    /// <param name="message">An answer to this question.</param>
    /// <param name="question">What was asked.</param>
    public static DnsReply Of(DnsMessage message, DnsQuestion question)
    {
        if (message.ResponseCode == DnsResponseCode.NameError)
            return new NothingThere(NoSuchName: true, NegativeSeconds(message));
        if (message.ResponseCode != DnsResponseCode.NoError)
            return new NotAnswered($"answered {Shown(message.ResponseCode)}");
        var (name, ttl) = (question.Name, uint.MaxValue);
        for (var aliases = 0; aliases <= MaxAliases; aliases++)
        {
            var found = message.Answers.OfType<AddressRecord>().Where(a => a.Type == question.Type && a.Name == name).ToArray();
            if (found.Length > 0)
                return new AddressesFound([.. found.Select(a => a.Address).Distinct()], Math.Min(ttl, found.Min(a => a.Ttl)));
            if (message.Answers.OfType<AliasRecord>().FirstOrDefault(a => a.Name == name) is not { } alias)
            {
                return IsReferral(message)
                    ? new NotAnswered("does not look names up for others")
                    : new NothingThere(NoSuchName: false, NegativeSeconds(message));
            }
            (name, ttl) = (alias.Target, Math.Min(ttl, alias.Ttl));
        }
        return new NotAnswered("answered with aliases that do not end");
    }

    /// <summary>What the answers about both families say together. Only where both are negative is the whole a negative answer.</summary>
    /// <param name="six">About IPv6; its addresses come first (RFC 8305 section 4).</param>
    /// <param name="four">About IPv4.</param>
    public static DnsReply Together(DnsReply six, DnsReply four) => (six, four) switch
    {
        (AddressesFound a, AddressesFound b) => new AddressesFound([.. a.Addresses, .. b.Addresses], Math.Min(a.Seconds, b.Seconds)),
        (AddressesFound a, var b) => Half(a, b),
        (var a, AddressesFound b) => Half(b, a),
        (NothingThere a, NothingThere b) => new NothingThere(a.NoSuchName && b.NoSuchName, Math.Min(a.Seconds, b.Seconds)),
        (NotAnswered a, _) => a,
        (_, var b) => b,
    };

    private static AddressesFound Half(AddressesFound found, DnsReply other) => other switch
    {
        NothingThere => found,
        _ => found with { Seconds = Math.Min(found.Seconds, HalfAnswerSeconds) },
    };

    // Name servers instead of an answer: RFC 2308 section 2.2 tells this from "no data" by the missing SOA.
    private static bool IsReferral(DnsMessage message) =>
        message.Answers.Count == 0 && message.Authority.Any(r => r.Type == DnsType.Ns) && !message.Authority.Any(r => r.Type == DnsType.Soa);

    private static uint NegativeSeconds(DnsMessage message) =>
        message.Authority.OfType<AuthorityRecord>().FirstOrDefault() is { } soa
            ? Math.Min(MaxNegativeSeconds, Math.Min(soa.Ttl, soa.Minimum))
            : NegativeSecondsUnsaid;

    private static string Shown(DnsResponseCode code) => code switch
    {
        DnsResponseCode.FormatError => "FORMERR",
        DnsResponseCode.ServerFailure => "SERVFAIL",
        DnsResponseCode.NotImplemented => "NOTIMP",
        DnsResponseCode.Refused => "REFUSED",
        _ => $"with the code {(int)code}",
    };
}

/// <summary>The name has addresses.</summary>
/// <param name="Addresses">Not empty; in the server's order.</param>
/// <param name="Seconds">How long they may be kept: the shortest TTL on the way to them.</param>
internal sealed record AddressesFound(IReadOnlyList<IPAddress> Addresses, uint Seconds) : DnsReply;

/// <summary>The name has no such address, says a server that knows.</summary>
/// <param name="NoSuchName">Whether the name does not exist at all (NXDOMAIN).</param>
/// <param name="Seconds">How long that may be kept.</param>
internal sealed record NothingThere(bool NoSuchName, uint Seconds) : DnsReply;

/// <summary>The server was of no use; another may be.</summary>
/// <param name="Reason">What it did, to follow its name in a sentence.</param>
internal sealed record NotAnswered(string Reason) : DnsReply;
