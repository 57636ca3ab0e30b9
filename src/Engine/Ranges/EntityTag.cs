namespace Ferry.Engine.Ranges;

/// <summary>Entity tags (RFC 9110 section 8.8.3): opaque, compared byte for byte, <c>W/</c> in upper case alone (rule 5).</summary>
public static class EntityTag
{
    /// <summary>Whether a field value is one well-formed strong entity tag.</summary>
    /// <param name="value">The ETag field as received, or null.</param>
    public static bool IsStrong(string? value) => value is not null && IsOpaque(value);

    /// <summary>Whether a field value is one well-formed weak entity tag.</summary>
    /// <param name="value">The ETag field as received, or null.</param>
    public static bool IsWeak(string? value) =>
        value is not null && value.StartsWith("W/", StringComparison.Ordinal) && IsOpaque(value.AsSpan(2));

    /// <summary>Strong comparison (section 8.8.3.2): both strong and the same byte for byte.</summary>
    /// <param name="left">An ETag field, or null.</param>
    /// <param name="right">An ETag field, or null.</param>
    public static bool StrongEquals(string? left, string? right) =>
        IsStrong(left) && string.Equals(left, right, StringComparison.Ordinal);

    private static bool IsOpaque(ReadOnlySpan<char> tag)
    {
        if (tag.Length < 2 || tag[0] != '"' || tag[^1] != '"')
            return false;
        foreach (var c in tag[1..^1])
        {
            // etagc = %x21 / %x23-7E / obs-text
            if (c is not ('!' or (>= '#' and <= '~') or (>= '\u0080' and <= '\u00ff')))
                return false;
        }
        return true;
    }
}
