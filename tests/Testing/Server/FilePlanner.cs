using System.Globalization;

namespace Ferry.Testing.Server;

/// <summary>A file as it is at the moment.</summary>
/// <param name="Version">Its version, from 1: it decides content and validators.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record FileState(int Version, long Size)
{
    /// <summary>The seed of its content.</summary>
    public long Seed => Version;

    /// <summary>Its strong ETag.</summary>
    public string Tag => $"\"v{Version}-{Size}\"";

    /// <summary>Its Last-Modified: one day apart from version to version, long ago.</summary>
    public DateTimeOffset Modified => new DateTimeOffset(2020, 9, 1, 10, 0, 0, TimeSpan.Zero).AddDays(Version);
}

/// <summary>Status, header and which bytes to send.</summary>
/// <param name="Status">The status.</param>
/// <param name="Fields">The header fields, without those of the framing.</param>
/// <param name="Offset">The first byte of the file to send.</param>
/// <param name="Length">How many bytes to send.</param>
public sealed record PlannedAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Fields, long Offset, long Length);

/// <summary>What a server of a given behaviour answers to a request for a file (RFC 9110 sections 13 and 14).</summary>
public static class FilePlanner
{
    /// <summary>Plans an answer.</summary>
    /// <param name="behaviour">How the server behaves.</param>
    /// <param name="file">The file.</param>
    /// <param name="arrival">The request.</param>
    /// <param name="now">The Date of the answer.</param>
    public static PlannedAnswer Plan(Behaviour behaviour, FileState file, Arrival arrival, DateTimeOffset now)
    {
        var modified = behaviour.Date == DateKind.JustNow ? now : file.Modified;
        var tag = behaviour.Tag switch { TagKind.Strong => file.Tag, TagKind.Weak => "W/" + file.Tag, _ => null };
        var validators = new List<KeyValuePair<string, string>> { new("Date", now.ToString("r")) };
        if (tag is not null)
            validators.Add(new("ETag", tag));
        if (behaviour.Date != DateKind.None)
            validators.Add(new("Last-Modified", modified.ToString("r")));
        if (behaviour.HonoursRange)
            validators.Add(new("Accept-Ranges", "bytes"));

        if (behaviour.HonoursIfMatch && arrival.Field("If-Match") is { } match && match != "*" && (match != tag || behaviour.Tag != TagKind.Strong))
            return new PlannedAnswer(412, validators, 0, 0);
        var range = ParseRange(arrival.Field("Range"), file.Size);
        if (range is null || !behaviour.HonoursRange || IfRangeFails(behaviour, arrival.Field("If-Range"), tag, modified))
            return new PlannedAnswer(200, validators, 0, file.Size);
        var (first, last) = range.Value;
        if (behaviour.AlwaysUnsatisfiable || first >= file.Size)
        {
            var kept = behaviour.UnsatisfiableWithoutValidator ? validators.Take(1).ToList() : validators;
            return new PlannedAnswer(416, [.. kept, new("Content-Range", $"bytes */{file.Size}")], 0, 0);
        }
        return Part(behaviour, file, first, last, behaviour.PartWithoutValidator ? validators.Take(1).ToList() : validators);
    }

    private static PlannedAnswer Part(
        Behaviour behaviour, FileState file, long first, long last, List<KeyValuePair<string, string>> fields)
    {
        if (behaviour.ContentRange == ContentRangeKind.OtherBytes)
            first = first > 0 ? first - 1 : 1;
        last = first + Math.Min(last - first + 1, behaviour.MostInPart) - 1;
        var total = behaviour.ContentRange switch
        {
            ContentRangeKind.WrongTotal => (file.Size + 1).ToString(CultureInfo.InvariantCulture),
            ContentRangeKind.NoTotal => "*",
            _ => file.Size.ToString(CultureInfo.InvariantCulture),
        };
        if (behaviour.ContentRange != ContentRangeKind.Missing)
            fields.Add(new("Content-Range", $"bytes {first}-{last}/{total}"));
        if (behaviour.ContentRange == ContentRangeKind.Twice)
            fields.Add(new("Content-Range", $"bytes 0-{last}/{total}"));
        return new PlannedAnswer(206, fields, first, last - first + 1);
    }

    private static bool IfRangeFails(Behaviour behaviour, string? ifRange, string? tag, DateTimeOffset modified)
    {
        if (ifRange is null || !behaviour.HonoursIfRange)
            return false;
        if (behaviour.WholeToIfRange)
            return true;
        return ifRange.Contains('"')
            ? behaviour.Tag != TagKind.Strong || ifRange != tag
            : behaviour.Date != DateKind.Old || ifRange != modified.ToString("r");
    }

    private static (long First, long Last)? ParseRange(string? field, long size)
    {
        if (field is null || !field.StartsWith("bytes=", StringComparison.Ordinal) || field.Contains(','))
            return null;
        var ends = field["bytes=".Length..].Split('-');
        if (ends.Length != 2 || !long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first))
            return null;
        if (ends[1].Length == 0)
            return (first, size - 1);
        return long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last >= first
            ? (first, Math.Min(last, size - 1))
            : null;
    }
}
