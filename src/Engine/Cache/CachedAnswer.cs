using System.Globalization;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Cache;

/// <summary>An answer as it is stored. Never changed: a 304 makes a new one of it.</summary>
internal sealed class CachedAnswer
{
    // Objects and lists around the texts and bytes, roughly.
    private const int Overhead = 512;

    /// <summary>Makes one of a header that was made ready by <see cref="StoredHeader"/>.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="vary">What of the request it belongs to.</param>
    /// <param name="head">The header; its URL is the key.</param>
    /// <param name="body">The body, decoded; nobody else may write to it.</param>
    /// <param name="requestTime">When it was asked for.</param>
    /// <param name="responseTime">When its header came.</param>
    public CachedAnswer(string method, VaryKey vary, AnswerHead head, byte[] body, DateTimeOffset requestTime, DateTimeOffset responseTime)
    {
        (Method, Vary, Head, Body, RequestTime, ResponseTime) = (method, vary, head, body, requestTime, responseTime);
        Key = head.FinalUrl.AbsoluteUri;
        Control = CacheControl.Of(head.Headers);
        Lifetime = Freshness.Lifetime(head, Control, responseTime);
        InitialAge = Freshness.InitialAge(head, requestTime, responseTime);
        ETag = head.Field("etag") is { } tag && (EntityTag.IsStrong(tag) || EntityTag.IsWeak(tag)) ? tag : null;
        LastModified = HttpDate.Parse(head.Field("last-modified")) is null ? null : head.Field("last-modified");
        Size = Overhead + body.Length + (2L * (Key.Length + Vary.Digest.Length + Vary.Names.Sum(n => n.Length)))
            + head.Headers.Sum(h => 32 + (2L * (h.Name.Length + h.Value.Length)));
    }

    public string Method { get; }

    public VaryKey Vary { get; }

    public AnswerHead Head { get; }

    public byte[] Body { get; }

    public DateTimeOffset RequestTime { get; }

    public DateTimeOffset ResponseTime { get; }

    /// <summary>The URL as text.</summary>
    public string Key { get; }

    public CacheControl Control { get; }

    public TimeSpan Lifetime { get; }

    public TimeSpan InitialAge { get; }

    /// <summary>The ETag where it is a well-formed one.</summary>
    public string? ETag { get; }

    /// <summary>Last-Modified where it is a date.</summary>
    public string? LastModified { get; }

    public bool HasValidator => ETag is not null || LastModified is not null;

    /// <summary>What it counts for against the size of the cache, in bytes.</summary>
    public long Size { get; }

    /// <summary>Its age (RFC 9111 section 4.2.3); null where the clock was set back behind its arrival, so that nobody knows.</summary>
    public TimeSpan? AgeAt(DateTimeOffset now) => now < ResponseTime ? null : InitialAge + (now - ResponseTime);

    /// <summary>The header to answer with where nobody was asked: with the present Age (section 5.1).</summary>
    public AnswerHead HeadAt(DateTimeOffset now)
    {
        var seconds = (long)(AgeAt(now) ?? InitialAge).TotalSeconds;
        var fields = new List<HeaderField>(Head.Headers.Count + 1);
        foreach (var field in Head.Headers)
        {
            if (field.Name != "age")
                fields.Add(field);
        }
        fields.Add(new HeaderField("age", seconds.ToString(CultureInfo.InvariantCulture)));
        return Head with { Headers = fields };
    }
}
