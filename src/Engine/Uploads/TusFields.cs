using System.Globalization;
using System.Text;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Uploads;

/// <summary>The header fields of tus requests (tus 1.0.0).</summary>
public static class TusFields
{
    /// <summary>The field every request but OPTIONS carries.</summary>
    public static HeaderField Resumable { get; } = new("Tus-Resumable", TusCapabilities.Version);

    private static HeaderField OffsetOctets { get; } = new("Content-Type", "application/offset+octet-stream");

    /// <summary>Those of a creation.</summary>
    /// <param name="length">The length told now, or null to defer it.</param>
    /// <param name="metadata">What the server is told of the upload.</param>
    /// <param name="withBytes">Whether the first chunk goes along.</param>
    public static IReadOnlyList<HeaderField> OfCreation(long? length, IReadOnlyList<UploadMetadata> metadata, bool withBytes)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        List<HeaderField> fields = [Resumable, length is { } known ? Length(known) : new HeaderField("Upload-Defer-Length", "1")];
        if (metadata.Count > 0)
            fields.Add(new HeaderField("Upload-Metadata", string.Join(',', metadata.Select(Pair))));
        if (withBytes)
            fields.Add(OffsetOctets);
        return fields;
    }

    /// <summary>Those of a PATCH.</summary>
    /// <param name="offset">The first byte it carries.</param>
    /// <param name="lengthToTell">The length of the whole, where it is told only now.</param>
    /// <param name="checksum">Algorithm and digest of the bytes it carries, or null.</param>
    public static IReadOnlyList<HeaderField> OfPatch(long offset, long? lengthToTell, string? checksum)
    {
        List<HeaderField> fields = [Resumable, OffsetOctets, new HeaderField("Upload-Offset", Number(offset))];
        if (lengthToTell is { } length)
            fields.Add(Length(length));
        if (checksum is not null)
            fields.Add(new HeaderField("Upload-Checksum", checksum));
        return fields;
    }

    private static HeaderField Length(long length) => new("Upload-Length", Number(length));

    private static string Pair(UploadMetadata pair) =>
        pair.Value.Length == 0 ? pair.Key : $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
