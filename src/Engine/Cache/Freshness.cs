using Ferry.Engine.Http;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Cache;

/// <summary>How long an answer is fresh, and how old it is (RFC 9111 section 4.2), as a private cache reckons. Pure: times come in.</summary>
internal static class Freshness
{
    private const double HeuristicShare = 0.1;

    /// <summary>The statuses a lifetime may be guessed for (RFC 9110 section 15.1). 206 is left out, for parts are not stored.</summary>
    public static bool IsGuessable(int status) => status is 200 or 203 or 204 or 300 or 301 or 308 or 404 or 405 or 410 or 414 or 501;

    /// <summary>How long the answer is fresh (section 4.2.1): by max-age, else by Expires, else by a tenth of its age when it was sent.</summary>
    /// <param name="head">The answer.</param>
    /// <param name="control">Its Cache-Control.</param>
    /// <param name="responseTime">When it came, which stands for a missing Date.</param>
    public static TimeSpan Lifetime(AnswerHead head, CacheControl control, DateTimeOffset responseTime)
    {
        if (control.MaxAge is { } maxAge)
            return maxAge;
        var sent = SentAt(head, responseTime);
        if (HasExpires(head))
            return NotNegative((Expires(head) ?? DateTimeOffset.MinValue) - sent);
        if (!IsGuessable(head.Status) && !control.Public)
            return TimeSpan.Zero;
        return HttpDate.Parse(First(head, "last-modified")) is { } changed ? NotNegative((sent - changed) * HeuristicShare) : TimeSpan.Zero;
    }

    /// <summary>Whether the answer itself says how long it is fresh.</summary>
    public static bool IsTold(AnswerHead head, CacheControl control) => control.MaxAge is not null || HasExpires(head);

    /// <summary>How old the answer was when it came (section 4.2.3): by its Date and by its Age, whichever is more.</summary>
    /// <param name="head">The answer.</param>
    /// <param name="requestTime">When it was asked for.</param>
    /// <param name="responseTime">When it came.</param>
    public static TimeSpan InitialAge(AnswerHead head, DateTimeOffset requestTime, DateTimeOffset responseTime)
    {
        var apparent = NotNegative(responseTime - SentAt(head, responseTime));
        var told = CacheControl.ParseSeconds(First(head, "age")?.Split(',')[0].Trim()) ?? TimeSpan.Zero;
        var corrected = told + NotNegative(responseTime - requestTime);
        return apparent > corrected ? apparent : corrected;
    }

    private static DateTimeOffset SentAt(AnswerHead head, DateTimeOffset responseTime) => HttpDate.Parse(First(head, "date")) ?? responseTime;

    private static bool HasExpires(AnswerHead head) => First(head, "expires") is not null;

    // What is no date, and what is given twice with different values, has expired (section 5.3).
    private static DateTimeOffset? Expires(AnswerHead head)
    {
        var value = First(head, "expires");
        return head.Headers.Any(h => h.Name == "expires" && h.Value != value) ? null : HttpDate.Parse(value);
    }

    private static string? First(AnswerHead head, string name) => head.Headers.FirstOrDefault(h => h.Name == name)?.Value;

    private static TimeSpan NotNegative(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;
}
