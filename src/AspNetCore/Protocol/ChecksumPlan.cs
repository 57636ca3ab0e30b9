using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Protocol;

/// <summary>How the body of a request is checked.</summary>
internal enum ChecksumKind
{
    /// <summary>Not at all: whatever comes is kept.</summary>
    None,

    /// <summary>Against a digest in the header.</summary>
    Header,

    /// <summary>Against a digest that follows the body.</summary>
    Trailer,
}

/// <summary>How the body of a request is checked, and against what, as far as its header tells.</summary>
/// <param name="Kind">How.</param>
/// <param name="Expected">The digest, where the header tells it.</param>
internal sealed record ChecksumPlan(ChecksumKind Kind, UploadChecksum? Expected)
{
    /// <summary>Whether nothing of the body counts before all of it was checked.</summary>
    public bool Checks => Kind is not ChecksumKind.None;

    /// <summary>Reads the header. A digest there goes before one that is announced for the trailer.</summary>
    /// <exception cref="UploadRefusedException">Upload-Checksum cannot be read.</exception>
    public static ChecksumPlan Read(IHeaderDictionary headers)
    {
        if (HeaderValues.Single(headers, TusNames.Checksum) is { } field)
            return new ChecksumPlan(ChecksumKind.Header, UploadChecksum.Parse(field));
        var announced = headers.GetCommaSeparatedValues("Trailer").Contains(TusNames.Checksum, StringComparer.OrdinalIgnoreCase);
        return new ChecksumPlan(announced ? ChecksumKind.Trailer : ChecksumKind.None, null);
    }
}
