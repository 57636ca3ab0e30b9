using Ferry.Engine.Downloads;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Downloads;

public sealed class TargetFreshnessTests
{
    private const string Url = "http://127.0.0.1/f";
    private const string Changed = "Tue, 01 Sep 2020 10:00:00 GMT";
    private const string Later = "Wed, 02 Sep 2020 10:00:00 GMT";

    private static readonly ResourceIdentity Strong = new() { FinalUrl = Url, ETag = "\"v1\"", LastModified = Changed, Date = Later };
    private static readonly ResourceIdentity Weak = Strong with { ETag = "W/\"v1\"" };
    private static readonly ResourceIdentity Dated = Strong with { ETag = null };
    private static readonly ResourceIdentity Nameless = new() { FinalUrl = Url };

    [Fact]
    public void Fields_TheBestConditionThereIs()
    {
        TargetFreshness.Fields(Strong).Should().Equal(new HeaderField("If-None-Match", "\"v1\""));
        TargetFreshness.Fields(Weak).Should().Equal(new HeaderField("If-None-Match", "W/\"v1\""));
        TargetFreshness.Fields(Dated).Should().Equal(new HeaderField("If-Modified-Since", Changed));
        TargetFreshness.Fields(Nameless).Should().BeEmpty();
    }

    public static TheoryData<ResourceIdentity, int, string?, string?, long?, TargetState> Answers => new()
    {
        { Strong, 304, null, null, null, TargetState.UpToDate },
        { Strong, 200, "\"v1\"", Changed, 1000, TargetState.UpToDate },
        { Strong, 200, "\"v2\"", Changed, 1000, TargetState.Changed },
        { Strong, 200, null, null, 1000, TargetState.Unknown },
        { Strong, 200, null, null, 999, TargetState.Changed },
        { Weak, 304, null, null, null, TargetState.UpToDate },
        { Weak, 200, "W/\"v1\"", null, 1000, TargetState.UpToDate },
        { Weak, 200, "W/\"v2\"", null, 1000, TargetState.Changed },
        { Dated, 200, null, Changed, 1000, TargetState.UpToDate },
        { Dated, 200, null, Later, 1000, TargetState.Changed },
        { Nameless, 304, null, null, null, TargetState.Unknown },
        { Nameless, 200, "\"v1\"", null, 1000, TargetState.Unknown },
        { Nameless, 200, null, null, 999, TargetState.Changed },
        { Strong, 404, null, null, 10, TargetState.Unknown },
        { Strong, 405, null, null, 10, TargetState.Unknown },
        { Strong, 503, null, null, 10, TargetState.Unknown },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Judge_ByStatusAndValidators(ResourceIdentity known, int status, string? tag, string? modified, long? length, TargetState expected) =>
        TargetFreshness.Judge(known, 1000, Head(Url, status, tag, modified, length)).Should().Be(expected);

    [Fact]
    public void Judge_AnotherUrlAnswered_SaysNothing() =>
        TargetFreshness.Judge(Strong, 1000, Head("http://127.0.0.1/elsewhere", 304, null, null, null)).Should().Be(TargetState.Unknown);

    [Fact]
    public void Target_IsWhereTheValidatorCameFrom() =>
        TargetFreshness.Target(Strong, new Uri("http://127.0.0.1/old")).AbsoluteUri.Should().Be(Url);

    private static AnswerHead Head(string url, int status, string? tag, string? modified, long? length)
    {
        var fields = new List<HeaderField>();
        if (tag is not null)
            fields.Add(new HeaderField("etag", tag));
        if (modified is not null)
            fields.Add(new HeaderField("last-modified", modified));
        if (length is not null)
            fields.Add(new HeaderField("content-length", $"{length}"));
        return new AnswerHead(status, null, new Version(1, 1), new Uri(url), fields);
    }
}
