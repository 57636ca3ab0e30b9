using System.IO.Compression;

namespace Ferry.Engine.Http;

/// <summary>The content codings that can be decoded (RFC 9110 section 8.4.1).</summary>
internal static class ContentDecoder
{
    /// <summary>Whether a content coding, in lower case, can be decoded.</summary>
    public static bool CanDecode(string coding) => coding is "gzip" or "x-gzip" or "deflate" or "br";

    /// <summary>A stream that reads a coded one decoded.</summary>
    public static Stream Open(string coding, Stream coded) => coding switch
    {
        "gzip" or "x-gzip" => new GZipStream(coded, CompressionMode.Decompress),
        "deflate" => new ZLibStream(coded, CompressionMode.Decompress),
        "br" => new BrotliStream(coded, CompressionMode.Decompress),
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "This content coding cannot be decoded."),
    };
}
