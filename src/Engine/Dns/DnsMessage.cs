using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Ferry.Engine.Dns;

/// <summary>An answer as it was read (RFC 1035 section 4), and the writing of questions.</summary>
/// <param name="Id">The number of the question it answers.</param>
/// <param name="IsTruncated">Whether the records did not fit; they are not read then.</param>
/// <param name="ResponseCode">How it went.</param>
/// <param name="Question">What it answers.</param>
/// <param name="Answers">The records that answer, aliases included.</param>
/// <param name="Authority">The records about who is responsible.</param>
internal sealed record DnsMessage(
    ushort Id,
    bool IsTruncated,
    DnsResponseCode ResponseCode,
    DnsQuestion Question,
    IReadOnlyList<DnsRecord> Answers,
    IReadOnlyList<DnsRecord> Authority)
{
    /// <summary>The largest message there is: TCP gives its length in two bytes.</summary>
    public const int MaxBytes = ushort.MaxValue;

    /// <summary>The largest datagram asked for: it passes everywhere without being cut in pieces.</summary>
    public const ushort MaxDatagram = 1232;

    private const ushort ClassIn = 1;
    private const int HeaderBytes = 12;

    /// <summary>Writes a question: one name, recursion desired.</summary>
    /// <param name="id">The number the answer has to carry.</param>
    /// <param name="question">A name of ASCII labels, see <see cref="HostName.ToAscii"/>.</param>
    /// <param name="extended">Whether to say that datagrams up to <see cref="MaxDatagram"/> are welcome (EDNS0, RFC 6891).</param>
    public static byte[] Query(ushort id, DnsQuestion question, bool extended)
    {
        var message = new byte[HeaderBytes + question.Name.Length + 2 + 4 + (extended ? 11 : 0)];
        var rest = message.AsSpan();
        rest = Put(Put(Put(rest, id), 0x0100), 1); // RD; one question
        rest = Put(Put(Put(rest, 0), 0), extended ? (ushort)1 : (ushort)0);
        foreach (var label in question.Name.Split('.'))
        {
            rest[0] = (byte)label.Length;
            Encoding.ASCII.GetBytes(label, rest[1..]);
            rest = rest[(1 + label.Length)..];
        }
        rest = Put(Put(rest[1..], (ushort)question.Type), ClassIn);
        if (extended)
            Put(Put(rest[1..], (ushort)DnsType.Opt), MaxDatagram); // root; type; size; flags and length stay 0
        return message;
    }

    /// <summary>Reads an answer. Null where the bytes are none, with the reason; never an exception.</summary>
    /// <param name="bytes">The message; what follows its last record is passed over.</param>
    /// <param name="problem">What is wrong with it, or null.</param>
    public static DnsMessage? TryRead(ReadOnlySpan<byte> bytes, out string? problem)
    {
        var reader = new DnsReader(bytes);
        var message = Read(ref reader);
        problem = reader.Problem;
        return problem is null ? message : null;
    }

    /// <summary>Whether this answers a question: its number and what was asked (RFC 5452 section 9.1).</summary>
    public bool IsFor(ushort id, DnsQuestion question) => Id == id && Question == question;

    private static DnsMessage Read(ref DnsReader reader)
    {
        var id = reader.ReadUInt16();
        var flags = reader.ReadUInt16();
        var (questions, answers, authorities, others) = (reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16());
        if ((flags & 0xF800) != 0x8000)
            reader.Fail("it is not an answer to a query");
        if (questions != 1)
            reader.Fail("it does not repeat the one question");
        var question = new DnsQuestion(reader.ReadName(), (DnsType)reader.ReadUInt16());
        if (reader.ReadUInt16() != ClassIn)
            reader.Fail("it is about another class");
        var code = flags & 0xF;

        // What does not fit may be cut anywhere, so nothing after the question counts (RFC 2181 section 9).
        if ((flags & 0x0200) != 0)
            return new DnsMessage(id, IsTruncated: true, (DnsResponseCode)code, question, [], []);
        var answer = ReadRecords(ref reader, answers, out _);
        var authority = ReadRecords(ref reader, authorities, out _);
        ReadRecords(ref reader, others, out var extension);
        return new DnsMessage(id, IsTruncated: false, (DnsResponseCode)(extension << 4 | code), question, answer, authority);
    }

    // extension: the upper bits of the response code, which the OPT record carries in its TTL (RFC 6891 section 6.1.3).
    private static List<DnsRecord> ReadRecords(ref DnsReader reader, int count, out int extension)
    {
        extension = 0;
        var records = new List<DnsRecord>();
        for (var i = 0; i < count && reader.Problem is null; i++)
        {
            var name = reader.ReadName();
            var (type, @class, ttl, length) = ((DnsType)reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt32(), reader.ReadUInt16());
            if (type == DnsType.Opt)
                extension = (int)(ttl >> 24);
            if (type == DnsType.Opt || @class != ClassIn)
                reader.Take(length);
            else
                records.Add(ReadData(ref reader, name, type, ttl > int.MaxValue ? 0 : ttl, length));
        }
        return records;
    }

    private static DnsRecord ReadData(ref DnsReader reader, string name, DnsType type, uint ttl, int length)
    {
        var end = reader.Position + length;
        DnsRecord record;
        switch (type)
        {
            case DnsType.A or DnsType.Aaaa:
                var bytes = reader.Take(length);
                if (bytes.Length != (type == DnsType.A ? 4 : 16))
                    reader.Fail("an address has the wrong length");
                return new AddressRecord(name, type, ttl, reader.Problem is null ? new IPAddress(bytes) : IPAddress.None);
            case DnsType.Cname:
                record = new AliasRecord(name, ttl, reader.ReadName());
                break;
            case DnsType.Soa:
                reader.ReadName();
                reader.ReadName();
                reader.Take(16); // serial, refresh, retry, expire
                record = new AuthorityRecord(name, ttl, reader.ReadUInt32());
                break;
            default:
                reader.Take(length);
                return new OtherRecord(name, type, ttl);
        }
        if (reader.Position != end)
            reader.Fail("the data of a record has the wrong length");
        return record;
    }

    private static Span<byte> Put(Span<byte> to, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, value);
        return to[2..];
    }
}
