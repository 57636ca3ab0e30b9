using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Protocol;

/// <summary>Upload-Checksum: the name of an algorithm and the digest of a request's body.</summary>
/// <param name="Algorithm">One of <see cref="Algorithms"/>.</param>
/// <param name="Digest">The digest.</param>
internal sealed record UploadChecksum(string Algorithm, byte[] Digest)
{
    public const string Sha1 = "sha1";
    public const string Sha256 = "sha256";

    /// <summary>The algorithms, as Tus-Checksum-Algorithm tells them.</summary>
    public const string Algorithms = $"{Sha1},{Sha256}";

    /// <summary>Reads the field, from a header or a trailer.</summary>
    /// <param name="field">Its value.</param>
    /// <exception cref="UploadRefusedException">The algorithm is not known, or the digest is not Base64 of its length.</exception>
    public static UploadChecksum Parse(string field)
    {
        var space = field.IndexOf(' ', StringComparison.Ordinal);
        var algorithm = (space < 0 ? field : field[..space]).ToLowerInvariant();
        var length = algorithm switch
        {
            Sha1 => 20,
            Sha256 => 32,
            _ => throw Refused($"names an algorithm that is not supported: use one of {Algorithms}."),
        };
        var digest = new byte[length + 1];
        var text = space < 0 ? "" : field[(space + 1)..].Trim();
        if (text.Any(char.IsWhiteSpace) || !Convert.TryFromBase64String(text, digest, out var count) || count != length)
            throw Refused($"has no {algorithm} digest of {length} bytes in Base64: send the algorithm, a space and the digest.");
        return new UploadChecksum(algorithm, digest[..length]);
    }

    private static UploadRefusedException Refused(string what) => new(StatusCodes.Status400BadRequest, $"{TusNames.Checksum} {what}");
}
