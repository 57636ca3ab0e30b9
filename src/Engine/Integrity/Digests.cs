namespace Ferry.Engine.Integrity;

/// <summary>The digest algorithms that count (rule 36): the others of RFC 9530 are broken or checksums.</summary>
[Flags]
internal enum DigestKinds
{
    None = 0,
    Sha256 = 1,
    Sha512 = 2,
}

/// <summary>The digests of one content, as computed or as a Repr-Digest or Content-Digest field announces them (RFC 9530).</summary>
/// <param name="sha256">The SHA-256, or null.</param>
/// <param name="sha512">The SHA-512, or null.</param>
internal sealed class Digests(byte[]? sha256, byte[]? sha512)
{
    /// <summary>None at all.</summary>
    public static Digests None { get; } = new(null, null);

    /// <summary>Which there are.</summary>
    public DigestKinds Kinds =>
        (sha256 is null ? DigestKinds.None : DigestKinds.Sha256) | (sha512 is null ? DigestKinds.None : DigestKinds.Sha512);

    /// <summary>The SHA-256 in lower-case hexadecimal, or null.</summary>
    public string? Sha256Hex => sha256 is null ? null : Convert.ToHexStringLower(sha256);

    /// <summary>Reads a field; what of it is malformed or does not count is left out.</summary>
    /// <param name="field">The field's value, several lines joined with a comma; null for none.</param>
    public static Digests Parse(string? field)
    {
        if (field is null || StructuredDictionary.Parse(field) is not { } members)
            return None;
        return new Digests(OfLength(members, "sha-256", 32), OfLength(members, "sha-512", 64));
    }

    /// <summary>The field as text, with what counts of it alone; null where nothing does. Reading it again gives the same.</summary>
    /// <param name="field">The field's value, or null.</param>
    public static string? Counted(string? field)
    {
        var digests = Parse(field);
        return digests.Kinds is DigestKinds.None ? null : digests.ToString();
    }

    /// <summary>The name of an algorithm for which a content has another digest than this says, or null where it has all of them.</summary>
    /// <param name="found">What was computed; of every kind that there is here.</param>
    public string? MismatchWith(Digests found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var (other256, other512) = found.Both;
        return Differs(sha256, other256) ? "SHA-256" : Differs(sha512, other512) ? "SHA-512" : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", new[] { Member("sha-256", sha256), Member("sha-512", sha512) }.Where(m => m is not null));

    private (byte[]? Sha256, byte[]? Sha512) Both => (sha256, sha512);

    private static bool Differs(byte[]? expected, byte[]? found) => expected is not null && !expected.AsSpan().SequenceEqual(found);

    private static string? Member(string name, byte[]? digest) => digest is null ? null : $"{name}=:{Convert.ToBase64String(digest)}:";

    private static byte[]? OfLength(IReadOnlyDictionary<string, byte[]?> members, string name, int length) =>
        members.TryGetValue(name, out var bytes) && bytes?.Length == length ? bytes : null;
}
