using System.IO.Compression;

namespace Ferry.Engine.Http;

/// <summary>The content codings that can be decoded (RFC 9110 section 8.4.1).</summary>
internal static class ContentDecoder
{
    /// <summary>Whether a content coding, in lower case, can be decoded.</summary>
    public static bool CanDecode(string coding) => coding is "gzip" or "x-gzip" or "deflate" or "br";

    /// <summary>A stream that reads a coded one decoded.</summary>
    /// <param name="coding">The coding, in lower case.</param>
    /// <param name="coded">The coded body.</param>
    /// <param name="first">The first bytes of the coded body, two where there are as many; they tell two kinds of deflate apart.</param>
    public static Stream Open(string coding, Stream coded, ReadOnlySpan<byte> first) => coding switch
    {
        "gzip" or "x-gzip" => new GZipStream(coded, CompressionMode.Decompress),
        // RFC 9110 means the zlib format; some servers send the bare data all the same.
        "deflate" when IsZlib(first) => new ZLibStream(coded, CompressionMode.Decompress),
        "deflate" => new DeflateStream(coded, CompressionMode.Decompress),
        "br" => new BrotliStream(coded, CompressionMode.Decompress),
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "This content coding cannot be decoded."),
    };

    // The method is 8 and the two bytes are a multiple of 31 (RFC 1950 section 2.2); bare deflate data does not begin so.
    private static bool IsZlib(ReadOnlySpan<byte> first) =>
        first.Length < 2 || ((first[0] & 0x0f) == 8 && ((first[0] << 8) | first[1]) % 31 == 0);
}
