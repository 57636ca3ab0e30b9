using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Http;

/// <summary>Short ways to write down what was asked and what was answered.</summary>
internal static class RangeCase
{
    public const string Modified = "Tue, 01 Sep 2020 10:00:00 GMT";
    public const string Later = "Tue, 01 Sep 2020 11:00:00 GMT";
    public static readonly Uri Url = UrlText.TryParse("http://h/f")!;

    /// <summary>A hundred bytes, of which forty are kept in the cases here.</summary>
    public static readonly ResourceIdentity V1 = new()
    {
        FinalUrl = "http://h/f",
        ETag = "\"v1\"",
        LastModified = Modified,
        Date = Later,
        Length = 100,
    };

    public static readonly ResourceIdentity Dated = V1 with { ETag = null };

    public static readonly ResourceIdentity Weak = V1 with { ETag = "W/\"v1\"" };

    public static readonly ResourceIdentity Nameless = V1 with { ETag = null, LastModified = null };

    public static RangeRequest Whole { get; } = new(Url, 0, null, Precondition.None, TrustLength: false);

    public static RangeRequest Rest(ResourceIdentity? known = null, Precondition how = Precondition.IfRange, bool trust = false, long from = 40) =>
        new(Url, from, known ?? V1, how, trust);

    public static AnswerHead Answer(int status, params string[] fields) => At(Url, status, fields);

    public static AnswerHead At(Uri url, int status, params string[] fields) => new(
        status, "Reason", new Version(1, 1), url,
        fields.Select(f => f.Split(": ", 2)).Select(f => new HeaderField(f[0], f[1])).ToArray());

    public static RangeVerdict Judge(RangeRequest asked, int status, params string[] fields) =>
        RangeResponse.Judge(asked, Answer(status, fields));
}
