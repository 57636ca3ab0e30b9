using System.Text.Json.Serialization;

namespace Ferry.Engine.Ranges;

/// <summary>Whether two answers are of the same version, as far as their validators tell.</summary>
public enum VersionMatch
{
    /// <summary>A strong validator says it is the same, byte for byte.</summary>
    Same,

    /// <summary>The validators say it is another one.</summary>
    Different,

    /// <summary>Nothing strong enough is there to tell.</summary>
    Untold,
}

/// <summary>
/// Which version of which representation a body belongs to: as received, byte for byte (spec/http.md rules 1 to 10).
/// </summary>
public sealed record ResourceIdentity
{
    /// <summary>The URL after redirects; validators belong to it (rule 9). Of a tus upload, the upload's own URL.</summary>
    public required string FinalUrl { get; init; }

    /// <summary>The ETag field as received, or null.</summary>
    public string? ETag { get; init; }

    /// <summary>The Last-Modified field as received, or null.</summary>
    public string? LastModified { get; init; }

    /// <summary>The Date field as received, or null.</summary>
    public string? Date { get; init; }

    /// <summary>The length of the whole representation in bytes, or null where unknown (rule 29).</summary>
    public long? Length { get; init; }

    /// <summary>The content coding, or null for identity. A coded body is not resumable (rule 28).</summary>
    public string? ContentCoding { get; init; }

    /// <summary>
    /// The digests of the whole representation that count, as a Repr-Digest field (rule 34), or null. Only of a representation without a content
    /// coding: those of a coded one are checked as it comes.
    /// </summary>
    public string? ReprDigest { get; init; }

    /// <summary>The name the server gives the file (rule 38), safe to use as a file's name, or null.</summary>
    public string? FileName { get; init; }

    /// <summary>What is uploaded, and how it can go on; null for a download.</summary>
    public UploadIdentity? Upload { get; init; }

    /// <summary>The ETag where it is a strong one, or null.</summary>
    [JsonIgnore]
    public string? StrongETag => EntityTag.IsStrong(ETag) ? ETag : null;

    /// <summary>The value to send as If-Range, byte for byte as received (rules 2 to 4), or null where no strong validator is known.</summary>
    [JsonIgnore]
    public string? IfRangeValue => StrongETag ?? StrongDate;

    /// <summary>Whether a strong validator is known.</summary>
    [JsonIgnore]
    public bool IsStrong => IfRangeValue is not null;

    // A date counts only where there is no ETag at all, and where a second change within the same second cannot hide (rule 3).
    private string? StrongDate =>
        ETag is null && HttpDate.Parse(LastModified) is { } changed && HttpDate.Parse(Date) is { } answered
        && answered - changed >= TimeSpan.FromSeconds(1)
            ? LastModified
            : null;

    /// <summary>Whether bytes of this version can be continued: by a strong validator, or by its length where the caller trusts that (rule 6); an upload by its URL.</summary>
    /// <param name="trustLength">Whether the caller trusts the length.</param>
    public bool CanResume(bool trustLength) => Upload is { } upload ? upload.CanContinue : ContentCoding is null && (IsStrong || (trustLength && Length is not null));

    /// <summary>Compares the version of another answer with this one, by the validators alone.</summary>
    /// <param name="other">The other answer's identity.</param>
    public VersionMatch Compare(ResourceIdentity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ETag is not null)
        {
            if (other.ETag is null)
                return VersionMatch.Untold;
            if (StrongETag is not null)
                return EntityTag.StrongEquals(ETag, other.ETag) ? VersionMatch.Same : VersionMatch.Different;
            return string.Equals(ETag, other.ETag, StringComparison.Ordinal) ? VersionMatch.Untold : VersionMatch.Different;
        }
        if (LastModified is null || other.LastModified is null)
            return VersionMatch.Untold;
        if (!string.Equals(LastModified, other.LastModified, StringComparison.Ordinal))
            return VersionMatch.Different;
        return StrongDate is null ? VersionMatch.Untold : VersionMatch.Same;
    }
}
