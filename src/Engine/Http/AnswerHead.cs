using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Status line and header of an answer, as received.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Reason">The reason phrase, or null.</param>
/// <param name="HttpVersion">The protocol version, such as 1.1.</param>
/// <param name="FinalUrl">The URL that answered, after redirects.</param>
/// <param name="Headers">The fields in order, names in lower case, values byte for byte; a repeated field stands repeatedly.</param>
public sealed record AnswerHead(int Status, string? Reason, Version HttpVersion, Uri FinalUrl, IReadOnlyList<HeaderField> Headers)
{
    /// <summary>The only value of a field, or null where it is absent; several values are joined with a comma (RFC 9110 section 5.3).</summary>
    /// <param name="name">The field's name, in lower case.</param>
    public string? Field(string name)
    {
        var values = Headers.Where(h => h.Name == name).Select(h => h.Value).ToArray();
        return values.Length == 0 ? null : string.Join(", ", values);
    }
}

/// <summary>One redirect that is followed.</summary>
/// <param name="Status">The status that asked for it.</param>
/// <param name="From">The URL that answered.</param>
/// <param name="To">The URL asked next.</param>
public sealed record Redirect(int Status, Uri From, Uri To);
