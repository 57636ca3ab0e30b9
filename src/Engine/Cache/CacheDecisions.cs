using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Cache;

/// <summary>What becomes of a request, as far as the cache is concerned.</summary>
internal enum CacheUse
{
    /// <summary>Nothing stored helps: ask the server.</summary>
    Miss,

    /// <summary>The stored answer is the answer.</summary>
    Fresh,

    /// <summary>Ask the server whether the stored answer still holds.</summary>
    Revalidate,

    /// <summary>Only a stored answer was wanted, and none will do: 504 (RFC 9111 section 5.2.1.7).</summary>
    Unanswerable,
}

/// <summary>The rules of a private cache (RFC 9111). Pure: no store, no clock.</summary>
internal static class CacheDecisions
{
    /// <summary>Whether requests of a method may change something (RFC 9110 section 9.2.1).</summary>
    public static bool IsUnsafe(string method) => method is not ("GET" or "HEAD" or "OPTIONS" or "TRACE");

    /// <summary>What a request may take from the cache (section 4).</summary>
    /// <param name="request">The request.</param>
    /// <param name="stored">The stored answer that matches it, or null.</param>
    /// <param name="now">The present time.</param>
    public static CacheUse Use(CacheRequest request, CachedAnswer? stored, DateTimeOffset now)
    {
        if (stored is not null && MayServe(request, stored, now))
            return CacheUse.Fresh;
        if (request.Control.OnlyIfCached)
            return CacheUse.Unanswerable;
        return stored?.HasValidator == true ? CacheUse.Revalidate : CacheUse.Miss;
    }

    /// <summary>Whether an answer may be stored (section 3).</summary>
    /// <param name="request">What it answers.</param>
    /// <param name="head">Its header.</param>
    /// <param name="responseTime">When it came.</param>
    public static bool MayStore(CacheRequest request, AnswerHead head, DateTimeOffset responseTime)
    {
        var control = CacheControl.Of(head.Headers);
        // 1. The request: a method with a meaning here, the whole wanted, storing not forbidden.
        if (request.Method is not ("GET" or "HEAD") || request.IsRanged || request.Control.NoStore)
            return false;
        // 2. The answer: final and whole, storing not forbidden. A status that is not understood is not stored where that matters (section 5.2.2.3).
        if (head.Status is < 200 or 206 or 304)
            return false;
        var understood = Freshness.IsGuessable(head.Status) || head.Status is 302 or 303 or 307;
        if (control.MustUnderstand ? !understood : control.NoStore)
            return false;
        if (head.Headers.Any(h => h.Name == "vary" && h.Value.Contains('*', StringComparison.Ordinal)))
            return false;
        // 3. One engine asks for many: an authorized answer is stored only where a shared cache may do so (section 3.5).
        if (request.HasAuthorization && !control.Public && !control.MustRevalidate && !control.HasSharedMaxAge)
            return false;
        // 4. Something has to say that it may be used again, and how.
        if (!Freshness.IsTold(head, control) && !control.Public && !control.Private && !Freshness.IsGuessable(head.Status))
            return false;
        return Freshness.Lifetime(head, control, responseTime) > TimeSpan.Zero
            || head.Headers.Any(h => h.Name is "etag" or "last-modified");
    }

    /// <summary>The fields that ask whether a stored answer still holds (section 4.3.1): its validators, byte for byte.</summary>
    public static IReadOnlyList<HeaderField> Conditions(CachedAnswer stored)
    {
        var fields = new List<HeaderField>(2);
        if (stored.ETag is { } tag)
            fields.Add(new HeaderField("If-None-Match", tag));
        if (stored.LastModified is { } changed)
            fields.Add(new HeaderField("If-Modified-Since", changed));
        return fields;
    }

    /// <summary>
    /// Whether a 304 speaks of the stored answer that was asked about (section 4.3.4): by a strong ETag, else by a weak one, else by the date. One
    /// without validators speaks of the only answer it was asked about.
    /// </summary>
    public static bool Confirms(AnswerHead notModified, CachedAnswer stored)
    {
        if (notModified.Field("etag") is { } tag)
            return EntityTag.IsStrong(tag) ? EntityTag.StrongEquals(tag, stored.ETag) : WithoutWeakness(tag) == WithoutWeakness(stored.ETag);
        return notModified.Field("last-modified") is not { } changed || stored.LastModified is null || changed == stored.LastModified;
    }

    /// <summary>Whether the answer to a HEAD speaks of the same version as the stored answer to a GET (section 4.3.5).</summary>
    public static bool Agrees(AnswerHead head, CachedAnswer stored)
    {
        return Same("etag") && Same("last-modified") && Same("content-length");

        bool Same(string name) => head.Field(name) is not { } value || stored.Head.Field(name) is not { } known || value == known;
    }

    /// <summary>The stored answer with what a 304, or the answer to a HEAD, says anew; null where it may not be stored any longer.</summary>
    public static CachedAnswer? Renew(
        CachedAnswer stored, CacheRequest request, AnswerHead answer, DateTimeOffset requestTime, DateTimeOffset responseTime)
    {
        var head = StoredHeader.Renewed(stored.Head, answer, responseTime);
        return MayStore(request, head, responseTime) && VaryKey.Of(head, request) is { } vary
            ? new CachedAnswer(stored.Method, vary, head, stored.Body, requestTime, responseTime)
            : null;
    }

    /// <summary>
    /// The URLs whose stored answers are no longer believed once an unsafe request was answered without an error (section 4.4): its own, and those
    /// of the same origin that Location and Content-Location name.
    /// </summary>
    /// <param name="url">The URL of the request.</param>
    /// <param name="head">The answer.</param>
    public static IReadOnlyList<Uri> Invalidated(Uri url, AnswerHead head)
    {
        if (head.Status is < 200 or >= 400)
            return [];
        var urls = new List<Uri> { url };
        foreach (var field in head.Headers)
        {
            if (field.Name is "location" or "content-location" && UrlText.Resolve(url, field.Value) is { } named && Origin.Of(named) == Origin.Of(url))
                urls.Add(named);
        }
        return urls;
    }

    /// <summary>The URLs that a redirect of an unsafe request invalidates: the one that answered, and its target of the same origin.</summary>
    public static IReadOnlyList<Uri> Invalidated(Redirect redirect) =>
        Origin.Of(redirect.To) == Origin.Of(redirect.From) ? [redirect.From, redirect.To] : [redirect.From];

    private static bool MayServe(CacheRequest request, CachedAnswer stored, DateTimeOffset now)
    {
        if (request.WantsValidation || stored.Control.NoCache || stored.AgeAt(now) is not { } age)
            return false;
        var fresh = stored.Lifetime > age;
        // An immutable answer is not asked about while it is fresh, whatever age the caller would like (RFC 8246 section 2).
        if (request.Control.MaxAge is { } maxAge && age > maxAge && !(fresh && stored.Control.Immutable))
            return false;
        if (request.Control.MinFresh is { } minFresh && stored.Lifetime - age < minFresh)
            return false;
        return fresh || (request.Control.MaxStale is { } maxStale && !stored.Control.MustRevalidate && age - stored.Lifetime <= maxStale);
    }

    private static string? WithoutWeakness(string? tag) => tag?.StartsWith("W/", StringComparison.Ordinal) == true ? tag[2..] : tag;
}
