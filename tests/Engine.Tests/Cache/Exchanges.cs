using Ferry.Engine.Cache;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Cache;

/// <summary>Requests and answers of the cache's tests. A field is written as <c>name: value</c>.</summary>
internal static class Exchanges
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static string Date(double secondsAfterNoon = 0) => Noon.AddSeconds(secondsAfterNoon).ToString("r");

    public static CacheRequest Request(params string[] fields) => Request(o => o, "http://a.test/x", fields);

    public static CacheRequest RequestBy(string method, string url, params string[] fields) => Request(o => o with { Method = method }, url, fields);

    public static CacheRequest Request(Func<RequestOptions, RequestOptions> change, string url = "http://a.test/x", params string[] fields)
    {
        var result = RequestValidation.Validate(
            new TransferRequest
            {
                Id = "t",
                Url = url,
                Options = change(new RequestOptions { Headers = [.. fields.Select(Field)] }),
                Destination = new MemoryDestination(),
            },
            () => throw new InvalidOperationException());
        result.Problems.Should().BeEmpty();
        return new CacheRequest(result.Request!);
    }

    public static AnswerHead Head(int status, params string[] fields) => HeadOf("http://a.test/x", status, fields);

    public static AnswerHead HeadOf(string url, int status, params string[] fields) =>
        new(status, "Reason", new Version(1, 1), new Uri(url), [.. fields.Select(Field)]);

    /// <summary>An answer of 200 that came at noon, asked for at that moment.</summary>
    public static CachedAnswer Stored(params string[] fields) => Store(Request(), Head(200, fields));

    public static CachedAnswer Store(CacheRequest request, AnswerHead head, byte[]? body = null, double at = 0, double askedAt = double.NaN)
    {
        var responseTime = Noon.AddSeconds(at);
        var stored = StoredHeader.Of(head, responseTime);
        return new CachedAnswer(
            request.Method, VaryKey.Of(stored, request)!, stored, body ?? [], double.IsNaN(askedAt) ? responseTime : Noon.AddSeconds(askedAt), responseTime);
    }

    private static HeaderField Field(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new HeaderField(text[..colon], text[(colon + 1)..].Trim());
    }
}
