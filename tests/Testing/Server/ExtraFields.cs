using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Ferry.Testing.Server;

/// <summary>
/// Fields a route that serves a file sends when asked to: <c>?disposition=</c> as Content-Disposition, <c>?repr-digest=</c> and
/// <c>?content-digest=</c> with the algorithm <c>sha-256</c> or <c>sha-512</c>, and <c>-wrong</c> after it for the digest of something else.
/// </summary>
internal static class ExtraFields
{
    public static void Append(HttpResponse response, Arrival arrival, FileState file, PlannedAnswer plan)
    {
        if (arrival.Text("disposition", "") is { Length: > 0 } disposition)
            response.Headers.ContentDisposition = disposition;
        if (arrival.Text("repr-digest", "") is { Length: > 0 } repr)
            response.Headers["Repr-Digest"] = Digest(repr, Content.Bytes(file.Seed, checked((int)file.Size)));
        if (arrival.Text("content-digest", "") is { Length: > 0 } content)
            response.Headers["Content-Digest"] = Digest(content, Content.Bytes(file.Seed, checked((int)file.Size)).AsSpan((int)plan.Offset, (int)plan.Length));
    }

    private static string Digest(string asked, ReadOnlySpan<byte> bytes)
    {
        var name = asked.Replace("-wrong", "", StringComparison.Ordinal);
        var said = asked == name ? bytes : "something else"u8;
        return $"{name}=:{Convert.ToBase64String(name == "sha-512" ? SHA512.HashData(said) : SHA256.HashData(said))}:";
    }
}
