using System.Globalization;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Cache;

/// <summary>
/// The directives of Cache-Control (RFC 9111 section 5.2). Read tolerantly: names in any case, values as tokens or quoted strings, unknown
/// directives kept out of the way. What is malformed or contradicts itself counts as the most cautious value there is (section 4.2.1).
/// </summary>
internal sealed class CacheControl
{
    /// <summary>No directive.</summary>
    public static readonly CacheControl None = new([]);

    // What a larger number means (section 1.2.2).
    private const long LargestSeconds = 1L << 31;

    private readonly List<(string Name, string? Value)> _directives;

    private CacheControl(List<(string Name, string? Value)> directives) => _directives = directives;

    public bool NoStore => Has("no-store");

    /// <summary>Also where it names fields: the answer as a whole is then validated, which is allowed (section 5.2.2.4).</summary>
    public bool NoCache => Has("no-cache");

    public bool MustRevalidate => Has("must-revalidate");

    public bool MustUnderstand => Has("must-understand");

    public bool Public => Has("public");

    public bool Private => Has("private");

    /// <summary>RFC 8246: nobody asks whether it changed while it is fresh.</summary>
    public bool Immutable => Has("immutable");

    public bool OnlyIfCached => Has("only-if-cached");

    /// <summary>Ignored as a lifetime, for this is no shared cache; it permits storing what was asked with Authorization (section 3.5).</summary>
    public bool HasSharedMaxAge => Has("s-maxage");

    /// <summary>Zero where it is malformed or given twice with different values; null where absent.</summary>
    public TimeSpan? MaxAge => Seconds("max-age", whereUnclear: TimeSpan.Zero);

    /// <summary>Longer than anything lives where it is malformed; null where absent.</summary>
    public TimeSpan? MinFresh => Seconds("min-fresh", whereUnclear: TimeSpan.MaxValue);

    /// <summary>Without a value any staleness will do; null where absent or malformed.</summary>
    public TimeSpan? MaxStale =>
        _directives.Exists(d => d is { Name: "max-stale", Value: not null }) ? Positive(Seconds("max-stale", whereUnclear: TimeSpan.Zero))
        : Has("max-stale") ? TimeSpan.MaxValue
        : null;

    /// <summary>Reads the Cache-Control fields among others.</summary>
    public static CacheControl Of(IReadOnlyList<HeaderField> fields)
    {
        List<(string Name, string? Value)>? directives = null;
        foreach (var field in fields)
        {
            if (field.Name.Equals("cache-control", StringComparison.OrdinalIgnoreCase))
                Read(field.Value, directives ??= []);
        }
        return directives is null ? None : new CacheControl(directives);
    }

    /// <summary>Reads one field value.</summary>
    public static CacheControl Parse(string value) => Of([new HeaderField("cache-control", value)]);

    private bool Has(string name) => _directives.Exists(d => d.Name == name);

    private static TimeSpan? Positive(TimeSpan? time) => time > TimeSpan.Zero ? time : null;

    private TimeSpan? Seconds(string name, TimeSpan whereUnclear)
    {
        TimeSpan? known = null;
        foreach (var directive in _directives.Where(d => d.Name == name))
        {
            if (ParseSeconds(directive.Value) is not { } seconds || (known is not null && known != seconds))
                return whereUnclear;
            known = seconds;
        }
        return known;
    }

    /// <summary>delta-seconds, or null where the text is something else. Too large a number is the largest one.</summary>
    internal static TimeSpan? ParseSeconds(string? text)
    {
        if (string.IsNullOrEmpty(text) || !text.All(char.IsAsciiDigit))
            return null;
        var seconds = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : LargestSeconds;
        return TimeSpan.FromSeconds(Math.Min(seconds, LargestSeconds));
    }

    private static void Read(string text, List<(string Name, string? Value)> directives)
    {
        var at = 0;
        while (at < text.Length)
        {
            var end = at;
            while (end < text.Length && text[end] is not (',' or '='))
                end++;
            var name = text[at..end].Trim().ToLowerInvariant();
            string? value = null;
            at = end < text.Length && text[end] == '=' ? ReadValue(text, end + 1, out value) : end + 1;
            if (name.Length > 0)
                directives.Add((name, value));
        }
    }

    // Answers where the next directive begins.
    private static int ReadValue(string text, int at, out string value)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
        if (at >= text.Length || text[at] != '"')
        {
            var comma = text.IndexOf(',', at);
            var end = comma < 0 ? text.Length : comma;
            value = text[at..end].Trim();
            return end + 1;
        }
        var quoted = new System.Text.StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            quoted.Append(text[at]);
        }
        value = quoted.ToString();
        var next = at < text.Length ? text.IndexOf(',', at) : -1;
        return next < 0 ? text.Length : next + 1;
    }
}
