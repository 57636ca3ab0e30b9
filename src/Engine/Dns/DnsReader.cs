using System.Buffers.Binary;

namespace Ferry.Engine.Dns;

/// <summary>
/// Reads the fields of a message from bytes that anybody may have sent. It never throws: the first thing that is wrong is kept in
/// <see cref="Problem"/>, and everything read after it is empty.
/// </summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message)
{
    private const int MaxNameBytes = 254; // without the root (RFC 1035 section 2.3.4)
    private const int MaxPointers = 127; // a name has no more labels than that
    private const int MaxTextLength = MaxNameBytes * 4;

    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>What is wrong, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where the next field begins.</summary>
    public int Position { get; private set; }

    public byte ReadByte() => Take(1) is [var value] ? value : (byte)0;

    public ushort ReadUInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    public uint ReadUInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>The next bytes; none where there are not as many.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (Problem is not null)
            return default;
        if (count > _message.Length - Position)
        {
            Fail("it is cut off");
            return default;
        }
        var bytes = _message.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>
    /// A name, in the form of <see cref="DnsRecord.Name"/>. A pointer leads only to before everything the name was read from so far (RFC 1035
    /// section 4.1.4: to a prior occurrence), which rules out circles.
    /// </summary>
    public string ReadName()
    {
        Span<char> text = stackalloc char[MaxTextLength];
        var (length, bytes, pointers) = (0, 0, 0);
        var (at, start, end) = (Position, Position, -1);
        while (Problem is null)
        {
            if (at >= _message.Length)
                return Fail("a name is cut off");
            int count = _message[at++];
            switch (count & 0xC0)
            {
                case 0 when count == 0:
                    Position = end < 0 ? at : end;
                    return new string(text[..length]);
                case 0 when count > _message.Length - at:
                    return Fail("a name is cut off");
                case 0 when (bytes += count + 1) > MaxNameBytes:
                    return Fail("a name is too long");
                case 0:
                    length = Append(text, length, _message.Slice(at, count));
                    at += count;
                    break;
                case 0xC0 when at >= _message.Length:
                    return Fail("a name is cut off");
                case 0xC0:
                    var target = ((count & 0x3F) << 8) | _message[at];
                    if (target >= start || ++pointers > MaxPointers)
                        return Fail("a name points forward or in a circle");
                    end = end < 0 ? at + 1 : end;
                    (at, start) = (target, target);
                    break;
                default:
                    return Fail("a name holds an unknown kind of label");
            }
        }
        return "";
    }

    /// <summary>Says that something is wrong; the first word stands.</summary>
    public string Fail(string problem)
    {
        Problem ??= problem;
        return "";
    }

    private static int Append(Span<char> text, int length, ReadOnlySpan<byte> label)
    {
        if (length > 0)
            text[length++] = '.';
        foreach (var one in label)
        {
            var c = (char)one;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            {
                text[length++] = char.ToLowerInvariant(c);
                continue;
            }
            text[length++] = '\\';
            one.TryFormat(text[length..], out var digits, "D3");
            length += digits;
        }
        return length;
    }
}
