using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ferry.Testing.Server;

/// <summary>Made-up file content: the same for the same seed, and any part of it can be made without the rest.</summary>
public static class Content
{
    /// <summary>Writes the bytes that stand at an offset.</summary>
    /// <param name="seed">Which content.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="into">Where to write them.</param>
    public static void Fill(long seed, long offset, Span<byte> into)
    {
        Span<byte> word = stackalloc byte[8];
        var position = offset;
        while (into.Length > 0)
        {
            var within = (int)(position & 7);
            var mixed = Mix(unchecked((ulong)(position >> 3) + ((ulong)seed << 40)));
            if (within == 0 && into.Length >= 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(into, mixed);
                into = into[8..];
                position += 8;
                continue;
            }
            BinaryPrimitives.WriteUInt64LittleEndian(word, mixed);
            var count = Math.Min(8 - within, into.Length);
            word.Slice(within, count).CopyTo(into);
            into = into[count..];
            position += count;
        }
    }

    /// <summary>The first bytes of a content.</summary>
    /// <param name="seed">Which content.</param>
    /// <param name="length">How many.</param>
    public static byte[] Bytes(long seed, int length)
    {
        var bytes = new byte[length];
        Fill(seed, 0, bytes);
        return bytes;
    }

    /// <summary>The SHA-256 of the first bytes of a content, in lower-case hexadecimal.</summary>
    /// <param name="seed">Which content.</param>
    /// <param name="length">How many.</param>
    public static string Sha256(long seed, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        for (long at = 0; at < length;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
            Fill(seed, at, part);
            hash.AppendData(part);
            at += part.Length;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // SplitMix64: every input gives another output.
    private static ulong Mix(ulong x)
    {
        x = unchecked(x + 0x9E3779B97F4A7C15UL);
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EBUL);
        return x ^ (x >> 31);
    }
}
