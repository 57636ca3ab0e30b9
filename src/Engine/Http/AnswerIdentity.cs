using Ferry.Engine.Integrity;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Http;

/// <summary>The identity an answer's header gives to the representation.</summary>
public static class AnswerIdentity
{
    /// <summary>Reads the validators, byte for byte, the content coding, the digests and the name. The length is left unknown: status and range decide about it.</summary>
    /// <param name="head">The answer's header.</param>
    public static ResourceIdentity Of(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return new ResourceIdentity
        {
            FinalUrl = UrlOf(head),
            ETag = head.Field("etag"),
            LastModified = head.Field("last-modified"),
            Date = head.Field("date"),
            ContentCoding = CodingOf(head),
            ReprDigest = DigestOf(head),
            FileName = ContentDisposition.FileName(head),
        };
    }

    /// <summary>The final URL as text, as it is kept in an identity.</summary>
    /// <param name="head">The answer's header.</param>
    public static string UrlOf(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return head.FinalUrl.AbsoluteUri;
    }

    // A whole message that is not coded is the representation. That of a 416 is the error page.
    private static string? DigestOf(AnswerHead head) => CodingOf(head) is not null || head.Status == 416
        ? null
        : Digests.Counted(head.Field("repr-digest")) ?? (head.Status == 206 ? null : Digests.Counted(head.Field("content-digest")));

    private static string? CodingOf(AnswerHead head)
    {
        var codings = head.Field("content-encoding")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(c => c.ToLowerInvariant())
            .Where(c => c != "identity")
            .ToArray();
        return codings is { Length: > 0 } ? string.Join(", ", codings) : null;
    }
}
