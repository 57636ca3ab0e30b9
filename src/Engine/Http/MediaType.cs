namespace Ferry.Engine.Http;

/// <summary>What a Content-Type field says that a body is read by (RFC 9110 section 8.3.1).</summary>
/// <param name="Name">Type and subtype in lower case; empty where there is none.</param>
/// <param name="Charset">The charset as the server writes it, or null.</param>
internal sealed record MediaType(string Name, string? Charset)
{
    /// <summary>Reads a field; what is malformed is passed over.</summary>
    /// <param name="field">The field's value, or null.</param>
    public static MediaType Parse(string? field)
    {
        if (field is null)
            return new MediaType("", null);
        var parts = field.Split(';');
        return new MediaType(parts[0].Trim().ToLowerInvariant(), parts.Skip(1).Select(CharsetOf).FirstOrDefault(c => c is not null));
    }

    private static string? CharsetOf(string parameter)
    {
        var equals = parameter.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !parameter.AsSpan(0, equals).Trim().Equals("charset", StringComparison.OrdinalIgnoreCase))
            return null;
        var value = parameter[(equals + 1)..].Trim().Trim('"', '\'');
        return value.Length > 0 ? value : null;
    }
}
