using System.Security.Cryptography;
using System.Text;
using Ferry.Engine.Http;

namespace Ferry.Engine.Cache;

/// <summary>
/// What of a request, beside method and URL, an answer belongs to: the fields its Vary names (RFC 9111 section 4.1) and the audience. Kept as a
/// digest, so that no credential of a request stands in the cache or its file.
/// </summary>
/// <param name="Names">The named fields, in lower case and in order.</param>
/// <param name="Digest">The digest of their values and of the audience; empty where there is nothing to tell apart.</param>
internal sealed record VaryKey(IReadOnlyList<string> Names, string Digest)
{
    /// <summary>The key of an answer; null where its Vary says that no other request will get the same (<c>*</c>).</summary>
    public static VaryKey? Of(AnswerHead head, CacheRequest request)
    {
        var names = head.Headers.Where(h => h.Name == "vary")
            .SelectMany(h => h.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(n => n.ToLowerInvariant())
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        return names.Contains("*", StringComparer.Ordinal) ? null : new VaryKey(names, DigestOf(names, request));
    }

    /// <summary>Whether the answer is one for this request.</summary>
    public bool Matches(CacheRequest request) => Digest == DigestOf(Names, request);

    private static string DigestOf(IReadOnlyList<string> names, CacheRequest request)
    {
        if (names.Count == 0 && request.Audience.Length == 0)
            return "";
        var text = new StringBuilder(request.Audience);
        foreach (var name in names)
            text.Append('\0').Append(name).Append(request.Field(name) is { } value ? $"={value.Length}:{value}" : "");
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
