using System.Net;
using System.Text;

namespace Ferry.Testing.Dns;

/// <summary>Writes answers, with names compressed wherever they can be. It shares nothing with the reader it is to test.</summary>
public sealed class DnsMessageWriter
{
    private const int AnswerCount = 6;

    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, int> _written = [];

    /// <summary>Begins an answer that repeats its question.</summary>
    /// <param name="id">The number of the question.</param>
    /// <param name="flags">The flags and the response code, such as 0x8180.</param>
    /// <param name="name">The name asked.</param>
    /// <param name="type">The type asked.</param>
    public DnsMessageWriter(ushort id, int flags, string name, int type)
    {
        Put(id);
        Put(flags);
        Put(1);
        Put(0);
        Put(0);
        Put(0);
        PutName(name);
        Put(type);
        Put(1);
    }

    /// <summary>How long it is by now.</summary>
    public int Length => _bytes.Count;

    /// <summary>The message.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>An address record.</summary>
    public DnsMessageWriter Address(string name, string address, uint ttl = 300)
    {
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        return Record(name, bytes.Length == 4 ? DnsAnswers.A : DnsAnswers.Aaaa, ttl, () => _bytes.AddRange(bytes));
    }

    /// <summary>A CNAME record.</summary>
    public DnsMessageWriter Alias(string name, string target, uint ttl = 300) => Record(name, 5, ttl, () => PutName(target));

    /// <summary>A SOA record in the authority section; follows all answers.</summary>
    public DnsMessageWriter Authority(string name, uint ttl, uint minimum) => Record(name, 6, ttl, () =>
    {
        PutName("ns." + name);
        PutName("admin." + name);
        for (var i = 0; i < 4; i++)
            PutLong(3600);
        PutLong(minimum);
    }, AnswerCount + 2);

    /// <summary>An NS record in the authority section; follows all answers.</summary>
    public DnsMessageWriter NameServer(string name, string server) => Record(name, 2, 300, () => PutName(server), AnswerCount + 2);

    /// <summary>The OPT record, in the additional section.</summary>
    /// <param name="upperCode">The upper bits of the response code.</param>
    public DnsMessageWriter Extension(byte upperCode = 0)
    {
        Count(AnswerCount + 4);
        _bytes.Add(0);
        Put(41);
        Put(1232);
        PutLong((uint)upperCode << 24);
        Put(0);
        return this;
    }

    /// <summary>A record of any type, in the answer section unless said otherwise.</summary>
    public DnsMessageWriter Record(string name, int type, uint ttl, Action data, int counter = AnswerCount, int dataClass = 1)
    {
        Count(counter);
        PutName(name);
        Put(type);
        Put(dataClass);
        PutLong(ttl);
        var length = _bytes.Count;
        Put(0);
        data();
        var count = _bytes.Count - length - 2;
        (_bytes[length], _bytes[length + 1]) = ((byte)(count >> 8), (byte)count);
        return this;
    }

    /// <summary>Bytes as they are.</summary>
    public DnsMessageWriter Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    private void PutName(string name)
    {
        for (var rest = name; rest.Length > 0;)
        {
            if (_written.TryGetValue(rest, out var at))
            {
                Put(0xC000 | at);
                return;
            }
            if (_bytes.Count < 0x4000)
                _written[rest] = _bytes.Count;
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            var label = dot < 0 ? rest : rest[..dot];
            _bytes.Add((byte)label.Length);
            _bytes.AddRange(Encoding.Latin1.GetBytes(label));
            rest = dot < 0 ? "" : rest[(dot + 1)..];
        }
        _bytes.Add(0);
    }

    private void Count(int counter)
    {
        var count = ((_bytes[counter] << 8) | _bytes[counter + 1]) + 1;
        (_bytes[counter], _bytes[counter + 1]) = ((byte)(count >> 8), (byte)count);
    }

    private void Put(int value)
    {
        _bytes.Add((byte)(value >> 8));
        _bytes.Add((byte)value);
    }

    private void PutLong(uint value)
    {
        Put((int)(value >> 16));
        Put((int)(value & 0xFFFF));
    }
}
