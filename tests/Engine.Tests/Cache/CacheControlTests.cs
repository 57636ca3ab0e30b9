using Ferry.Engine.Cache;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Cache;

public sealed class CacheControlTests
{
    [Theory]
    [InlineData("max-age=60", 60)]
    [InlineData("MAX-AGE=60", 60)]
    [InlineData("max-age=\"60\"", 60)]
    [InlineData(" public ,, max-age=60 , immutable ", 60)]
    [InlineData("max-age=60, max-age=60", 60)]
    [InlineData("x=\"a, max-age=1, \\\" b\", max-age=60", 60)]
    [InlineData("community=\"UCI\", max-age=60", 60)]
    [InlineData("max-age=99999999999999999999", 2147483648)]
    [InlineData("max-age=4294967296", 2147483648)]
    public void MaxAge_ReadTolerantly(string value, long seconds) => CacheControl.Parse(value).MaxAge.Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("max-age")]
    [InlineData("max-age=")]
    [InlineData("max-age=-1")]
    [InlineData("max-age=1.5")]
    [InlineData("max-age='60'")]
    [InlineData("max-age=60s")]
    [InlineData("max-age=60, max-age=61")]
    [InlineData("max-age=60, max-age=x")]
    public void MaxAge_MalformedOrContradictory_IsZero(string value) => CacheControl.Parse(value).MaxAge.Should().Be(TimeSpan.Zero);

    [Theory]
    [InlineData("")]
    [InlineData("s-maxage=60")]
    [InlineData("x-max-age=60")]
    [InlineData("x=\"max-age=60")]
    public void MaxAge_NotThere_IsNull(string value) => CacheControl.Parse(value).MaxAge.Should().BeNull();

    [Fact]
    public void Of_SeveralLines_AreOneList()
    {
        var control = CacheControl.Of([new HeaderField("cache-control", "no-store"), new HeaderField("Cache-Control", "max-age=5"), new HeaderField("x", "public")]);
        control.NoStore.Should().BeTrue();
        control.MaxAge.Should().Be(TimeSpan.FromSeconds(5));
        control.Public.Should().BeFalse();
    }

    [Fact]
    public void Directives_EachIsKnown()
    {
        var control = CacheControl.Parse("No-Cache=\"set-cookie\", must-revalidate, must-understand, private=\"x\", immutable, only-if-cached, s-maxage=1");
        control.NoCache.Should().BeTrue("naming fields is no less cautious");
        control.MustRevalidate.Should().BeTrue();
        control.MustUnderstand.Should().BeTrue();
        control.Private.Should().BeTrue();
        control.Immutable.Should().BeTrue();
        control.OnlyIfCached.Should().BeTrue();
        control.HasSharedMaxAge.Should().BeTrue();
        control.NoStore.Should().BeFalse();
        CacheControl.Parse("proxy-revalidate").MustRevalidate.Should().BeFalse();
    }

    [Theory]
    [InlineData("max-stale", double.MaxValue)]
    [InlineData("max-stale=10", 10.0)]
    [InlineData("max-stale=0", null)]
    [InlineData("max-stale=x", null)]
    [InlineData("no-transform", null)]
    public void MaxStale_WithoutAValueMeansAny_MalformedMeansNone(string value, double? seconds) =>
        CacheControl.Parse(value).MaxStale.Should().Be(seconds is null ? null : seconds == double.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds.Value));

    [Theory]
    [InlineData("min-fresh=10", 10.0)]
    [InlineData("min-fresh=x", double.MaxValue)]
    [InlineData("", null)]
    public void MinFresh_MalformedIsMoreThanAnyone(string value, double? seconds) =>
        CacheControl.Parse(value).MinFresh.Should().Be(seconds is null ? null : seconds == double.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds.Value));

    [Fact]
    public void Parse_AnyText_ThrowsNothing()
    {
        var random = new Random(5);
        const string letters = "ab=\",\\ \t;max-age0";
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => letters[random.Next(letters.Length)]));
            var control = CacheControl.Parse(text);
            (control.MaxAge ?? TimeSpan.Zero).Should().BeGreaterThanOrEqualTo(TimeSpan.Zero, "seed 5, text '{0}'", text);
        }
    }
}
