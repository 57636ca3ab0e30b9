using System.Globalization;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Http;

/// <summary>The Retry-After field (RFC 9110 section 10.2.3; rule 31).</summary>
public static class RetryAfter
{
    /// <summary>How long the server asks to wait, never negative; null where it does not say. The caller caps it.</summary>
    /// <param name="head">The answer's header.</param>
    /// <param name="now">The present time, for a date.</param>
    public static TimeSpan? Of(AnswerHead head, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(head);
        var value = head.Headers.FirstOrDefault(h => h.Name == "retry-after")?.Value.Trim();
        if (string.IsNullOrEmpty(value))
            return null;
        if (value.All(char.IsAsciiDigit))
        {
            var seconds = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var s) ? s : long.MaxValue;
            return TimeSpan.FromSeconds(Math.Min(seconds, (long)TimeSpan.FromDays(365).TotalSeconds));
        }
        if (HttpDate.Parse(value) is not { } date)
            return null;
        return date <= now ? TimeSpan.Zero : date - now;
    }
}
