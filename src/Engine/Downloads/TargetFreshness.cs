using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Downloads;

/// <summary>Whether a finished target is still what the server has.</summary>
public enum TargetState
{
    /// <summary>The server has the same version: the file can be left alone.</summary>
    UpToDate,

    /// <summary>The server has another version.</summary>
    Changed,

    /// <summary>The server's answer does not tell: it names no version, it is an error, or another URL answered.</summary>
    Unknown,
}

/// <summary>
/// Asks whether a file that was downloaded earlier is still what the server has, by a conditional HEAD. Pure: the caller sends the request.
/// </summary>
public static class TargetFreshness
{
    /// <summary>Where to ask: validators belong to the URL that gave them (rule 9).</summary>
    /// <param name="known">The version that was downloaded.</param>
    /// <param name="asWritten">The URL of the request, for the case that the known one is unusable.</param>
    public static Uri Target(ResourceIdentity known, Uri asWritten)
    {
        ArgumentNullException.ThrowIfNull(known);
        return UrlText.TryParse(known.FinalUrl) ?? asWritten;
    }

    /// <summary>The fields to send with HEAD: If-None-Match, or If-Modified-Since where there is no ETag (RFC 9110 section 13.1). Empty where no version is known.</summary>
    /// <param name="known">The version that was downloaded.</param>
    public static IReadOnlyList<HeaderField> Fields(ResourceIdentity known)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (known.ETag is { } tag)
            return [new HeaderField("If-None-Match", tag)];
        return known.LastModified is { } date ? [new HeaderField("If-Modified-Since", date)] : [];
    }

    /// <summary>Judges the answer to that HEAD.</summary>
    /// <param name="known">The version that was downloaded.</param>
    /// <param name="length">The length that was downloaded, in bytes.</param>
    /// <param name="head">The answer.</param>
    public static TargetState Judge(ResourceIdentity known, long length, AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(head);
        if (!string.Equals(known.FinalUrl, AnswerIdentity.UrlOf(head), StringComparison.Ordinal))
            return TargetState.Unknown;
        return head.Status switch
        {
            // A 304 that nothing was asked for says nothing (rule 20).
            304 when Fields(known).Count > 0 => TargetState.UpToDate,
            200 or 203 => JudgeWhole(known, length, head),
            _ => TargetState.Unknown,
        };
    }

    // The server does not honour the condition, or it has another version.
    private static TargetState JudgeWhole(ResourceIdentity known, long length, AnswerHead head)
    {
        var answered = AnswerIdentity.Of(head);
        switch (known.Compare(answered))
        {
            case VersionMatch.Same:
                return TargetState.UpToDate;
            case VersionMatch.Different:
                return TargetState.Changed;
        }
        // A weak validator is good enough to leave a whole file alone: nothing is joined to it.
        if (known.ETag is not null && string.Equals(known.ETag, answered.ETag, StringComparison.Ordinal))
            return TargetState.UpToDate;
        if (known.ETag is null && known.LastModified is not null && string.Equals(known.LastModified, answered.LastModified, StringComparison.Ordinal))
            return TargetState.UpToDate;
        // The size a HEAD tells is a hint (rule 24): enough to look again, not enough to call it the same.
        return answered.ContentCoding is null && HeadRules.ContentLength(head) is { } told && told != length ? TargetState.Changed : TargetState.Unknown;
    }
}
