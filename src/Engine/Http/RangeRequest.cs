using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>What an attempt asks for: the whole from byte zero, or the rest of what is kept.</summary>
/// <param name="Url">The URL of the caller's request.</param>
/// <param name="From">The first byte wanted, which is the number of bytes kept; zero asks for the whole, without a range.</param>
/// <param name="Known">The version the kept bytes belong to; null when <paramref name="From"/> is zero.</param>
/// <param name="Precondition">How the version is made sure of.</param>
/// <param name="TrustLength">Whether the caller takes an unchanged length for an unchanged resource (rule 6).</param>
public sealed record RangeRequest(Uri Url, long From, ResourceIdentity? Known, Precondition Precondition, bool TrustLength)
{
    /// <summary>Whether the rest is asked at the caller's URL, since the remembered final URL refused.</summary>
    public bool AtCallersUrl { get; init; }

    /// <summary>
    /// The URL to ask. The rest is asked where the validator belongs: at the final URL of the answer that gave it (rule 9).
    /// </summary>
    public Uri Target => From > 0 && !AtCallersUrl && Known is not null && UrlText.TryParse(Known.FinalUrl) is { } final ? final : Url;

    /// <summary>The fields to send: Range, and If-Range or If-Match (rules 1 to 4). Empty where the whole is asked.</summary>
    public IReadOnlyList<HeaderField> Fields()
    {
        if (From <= 0)
            return [];
        var range = new HeaderField("Range", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"bytes={From}-"));
        return (Precondition, Known) switch
        {
            (Precondition.IfRange, { IfRangeValue: { } validator }) => [range, new HeaderField("If-Range", validator)],
            (Precondition.IfMatch, { StrongETag: { } tag }) => [range, new HeaderField("If-Match", tag)],
            _ => [range],
        };
    }
}
