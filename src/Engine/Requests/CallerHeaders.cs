using System.Collections.Frozen;

namespace Ferry.Engine.Requests;

/// <summary>
/// Header fields that say who asks and when, and nothing of the content: credentials, the dates that are signed with them, the names of traces. Told by
/// their names; what is not known here counts as saying something of the content.
/// </summary>
internal static class CallerHeaders
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "Authorization", "Proxy-Authorization", "Cookie", "DPoP", "Signature", "Signature-Input", "Date", "X-Amz-Date", "X-Goog-Date", "X-Ms-Date",
        "traceparent", "tracestate", "baggage", "X-Request-Id", "X-Correlation-Id",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Words = ["auth", "authorization", "secret", "session", "signature", "credential", "credentials", "password", "jwt", "apikey"];

    // A key alone may be one of another kind, as Idempotency-Key is.
    private static readonly string[] KeysOf = ["api", "access", "subscription", "functions"];

    /// <summary>Whether a field may be another one when a transfer goes on.</summary>
    /// <param name="name">The field's name.</param>
    public static bool Holds(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Names.Contains(name))
            return true;
        var words = name.ToLowerInvariant().Split('-', '_');
        return words.Any(w => w.EndsWith("token", StringComparison.Ordinal) || Words.Contains(w))
            || words.Zip(words.Skip(1)).Any(p => p.Second == "key" && KeysOf.Contains(p.First));
    }
}
