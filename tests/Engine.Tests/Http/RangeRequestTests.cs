using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using static Ferry.Engine.Tests.Http.RangeCase;

namespace Ferry.Engine.Tests.Http;

public sealed class RangeRequestTests
{
    [Fact]
    public void Fields_FromZero_NeitherRangeNorCondition() =>
        (Whole with { Known = V1, Precondition = Precondition.IfRange }).Fields().Should().BeEmpty();

    [Fact]
    public void Fields_StrongETag_RangeAndIfRange() =>
        Rest(V1).Fields().Should().Equal(new HeaderField("Range", "bytes=40-"), new HeaderField("If-Range", "\"v1\""));

    [Fact]
    public void Fields_StrongDateAlone_IfRangeByteForByte() =>
        Rest(Dated).Fields().Should().Equal(new HeaderField("Range", "bytes=40-"), new HeaderField("If-Range", Modified));

    [Fact]
    public void Fields_WeakETag_NoIfRange() => Rest(Weak).Fields().Should().Equal(new HeaderField("Range", "bytes=40-"));

    [Fact]
    public void Fields_IfMatch_TheStrongETag() =>
        Rest(V1, Precondition.IfMatch).Fields().Should().Equal(new HeaderField("Range", "bytes=40-"), new HeaderField("If-Match", "\"v1\""));

    [Fact]
    public void Fields_IfMatchWithoutETag_NoCondition() => Rest(Dated, Precondition.IfMatch).Fields().Should().HaveCount(1);

    [Fact]
    public void Fields_BeyondFourGiB_AllDigits() =>
        Rest(from: 5_000_000_000).Fields()[0].Value.Should().Be("bytes=5000000000-");

    [Theory]
    [InlineData(10L, 10L, 19L, "bytes=10-19", false)]
    [InlineData(10L, 10L, null, "bytes=10-", false)]
    [InlineData(0L, 0L, 19L, "bytes=0-19", false)]
    [InlineData(10L, 15L, 19L, "bytes=15-19", true)]
    public void Fields_OfTheCallersRange_ConditionalOnlyOnceBytesAreKept(long start, long from, long? to, string range, bool conditional)
    {
        var asked = Rest(V1, from: from) with { Start = start, To = to };
        asked.Fields().Select(f => f.Value).Should().Equal(conditional ? [range, "\"v1\""] : [range]);
        asked.IsRanged.Should().BeTrue();
    }

    [Fact]
    public void Target_Rest_TheFinalUrlTheValidatorBelongsTo() =>
        Rest(V1 with { FinalUrl = "http://mirror/f%7e?sig=%2f" }).Target.AbsoluteUri.Should().Be("http://mirror/f%7e?sig=%2f");

    [Fact]
    public void Target_Whole_TheCallersUrl() => Whole.Target.Should().Be(Url);
}
