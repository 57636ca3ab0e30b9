using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>What an attempt asks for: the whole from byte zero, or the rest of what is kept.</summary>
/// <param name="Url">The URL of the caller's request.</param>
/// <param name="From">The first byte asked for: those from <see cref="Start"/> to it are kept.</param>
/// <param name="Known">The version the kept bytes belong to; null when there are none.</param>
/// <param name="Precondition">How the version is made sure of.</param>
/// <param name="TrustLength">Whether the caller takes an unchanged length for an unchanged resource (rule 6).</param>
public sealed record RangeRequest(Uri Url, long From, ResourceIdentity? Known, Precondition Precondition, bool TrustLength)
{
    /// <summary>The first byte the caller wants of the representation; zero unless it set resumeFrom.</summary>
    public long Start { get; init; }

    /// <summary>The last byte wanted, inclusive; null for the end.</summary>
    public long? To { get; init; }

    /// <summary>Whether bytes are kept that the answer has to go on from.</summary>
    public bool Continues => From > Start;

    /// <summary>Whether a range is asked for, and not the whole.</summary>
    public bool IsRanged => From > 0 || To is not null;

    /// <summary>Whether the rest is asked at the caller's URL, since the remembered final URL refused.</summary>
    public bool AtCallersUrl { get; init; }

    /// <summary>
    /// The URL to ask. The rest is asked where the validator belongs: at the final URL of the answer that gave it (rule 9).
    /// </summary>
    public Uri Target => Continues && !AtCallersUrl && Known is not null && UrlText.TryParse(Known.FinalUrl) is { } final ? final : Url;

    /// <summary>The fields to send: Range, and If-Range or If-Match (rules 1 to 4). Empty where the whole is asked.</summary>
    public IReadOnlyList<HeaderField> Fields()
    {
        if (!IsRanged)
            return [];
        var range = new HeaderField("Range", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"bytes={From}-{To}"));
        return (Precondition, Known) switch
        {
            _ when !Continues => [range],
            (Precondition.IfRange, { IfRangeValue: { } validator }) => [range, new HeaderField("If-Range", validator)],
            (Precondition.IfMatch, { StrongETag: { } tag }) => [range, new HeaderField("If-Match", tag)],
            _ => [range],
        };
    }
}
