using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Cache;

/// <summary>Which fields of an answer are stored, and which a 304 renews (RFC 9111 sections 3.1 and 3.2).</summary>
internal static class StoredHeader
{
    // They belong to the connection, or to the proxy in between.
    private static readonly HashSet<string> NotStored = new(StringComparer.Ordinal)
    {
        "connection", "proxy-connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
        "proxy-authenticate", "proxy-authentication-info", "proxy-authorization",
    };

    // They describe the bytes that are stored, decoded, and not those of a 304.
    private static readonly HashSet<string> NotRenewed = new(StringComparer.Ordinal)
    {
        "content-length", "content-encoding", "content-range", "content-digest", "content-md5",
    };

    /// <summary>The header to store: without the connection's fields, with a Date where the server sent none (RFC 9110 section 6.6.1).</summary>
    public static AnswerHead Of(AnswerHead head, DateTimeOffset responseTime)
    {
        var named = ConnectionFields(head);
        var kept = head.Headers.Where(h => !NotStored.Contains(h.Name) && !named.Contains(h.Name)).ToList();
        if (kept.TrueForAll(h => h.Name != "date"))
            kept.Add(new HeaderField("date", responseTime.ToString("r")));
        return head with { Headers = kept };
    }

    /// <summary>The stored header with what a 304, or the answer to a HEAD, says anew.</summary>
    public static AnswerHead Renewed(AnswerHead stored, AnswerHead answer, DateTimeOffset responseTime)
    {
        var fresh = Of(answer, responseTime).Headers.Where(h => !NotRenewed.Contains(h.Name)).ToArray();
        var replaced = fresh.Select(h => h.Name).ToHashSet(StringComparer.Ordinal);
        // The old Age counted from an answer that this one takes the place of.
        replaced.Add("age");
        return stored with { Headers = [.. stored.Headers.Where(h => !replaced.Contains(h.Name)), .. fresh] };
    }

    private static HashSet<string> ConnectionFields(AnswerHead head) => head.Headers.Where(h => h.Name == "connection")
        .SelectMany(h => h.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Select(n => n.ToLowerInvariant())
        .ToHashSet(StringComparer.Ordinal);
}
