using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Ferry.AspNetCore.Storage;

/// <summary>A piece of a record that tells whether it was written whole: magic, sequence number, length, SHA-256 of all that, and the content.</summary>
internal static class RecordFrame
{
    /// <summary>Bytes before the content.</summary>
    public const int Overhead = HashAt + SHA256.HashSizeInBytes;

    private const int SequenceAt = 8;
    private const int LengthAt = 16;
    private const int HashAt = 20;
    private static ReadOnlySpan<byte> Magic => "FERRYUP1"u8;

    /// <summary>Makes a frame.</summary>
    /// <param name="sequence">Larger for what was written later.</param>
    /// <param name="content">The content.</param>
    public static byte[] Encode(long sequence, ReadOnlySpan<byte> content)
    {
        var frame = new byte[Overhead + content.Length];
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(SequenceAt), sequence);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(LengthAt), content.Length);
        content.CopyTo(frame.AsSpan(Overhead));
        Hash(frame, content, frame.AsSpan(HashAt, SHA256.HashSizeInBytes));
        return frame;
    }

    /// <summary>Reads a frame; fails where there is none, or not all of it.</summary>
    /// <param name="bytes">The frame, perhaps with more behind it.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="content">Its content.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out long sequence, [NotNullWhen(true)] out byte[]? content)
    {
        (sequence, content) = (0, null);
        if (bytes.Length < Overhead || !bytes.StartsWith(Magic))
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[LengthAt..]);
        if (length < 0 || length > bytes.Length - Overhead)
            return false;
        var body = bytes.Slice(Overhead, length);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(bytes, body, hash);
        if (!hash.SequenceEqual(bytes.Slice(HashAt, SHA256.HashSizeInBytes)))
            return false;
        sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[SequenceAt..]);
        content = body.ToArray();
        return true;
    }

    private static void Hash(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> content, Span<byte> into)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(frame[..HashAt]);
        hash.AppendData(content);
        hash.GetHashAndReset(into);
    }
}
