using System.Text.Json;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Tests.Ranges;

public sealed class ResourceIdentityTests
{
    private const string Modified = "Tue, 01 Sep 2020 10:00:00 GMT";
    private static readonly ResourceIdentity Bare = new() { FinalUrl = "http://h/f" };

    [Fact]
    public void IfRangeValue_StrongETag_AsReceived() =>
        (Bare with { ETag = "\"v1\"", LastModified = Modified, Date = "Tue, 01 Sep 2020 11:00:00 GMT" }).IfRangeValue.Should().Be("\"v1\"");

    [Theory]
    [InlineData("W/\"v1\"")]
    [InlineData("v1")]
    public void IfRangeValue_WeakOrMalformedETag_NoneNotEvenTheDate(string tag)
    {
        var identity = Bare with { ETag = tag, LastModified = Modified, Date = "Tue, 01 Sep 2020 11:00:00 GMT" };
        identity.IfRangeValue.Should().BeNull();
        identity.IsStrong.Should().BeFalse();
    }

    [Theory]
    [InlineData("Tue, 01 Sep 2020 10:00:01 GMT", true)]
    [InlineData("Tue, 01 Sep 2020 10:00:00 GMT", false)]
    [InlineData("Tue, 01 Sep 2020 09:00:00 GMT", false)]
    [InlineData(null, false)]
    [InlineData("now", false)]
    public void IfRangeValue_DateStrongOnlyOneSecondBeforeTheAnswer(string? date, bool strong) =>
        (Bare with { LastModified = Modified, Date = date }).IfRangeValue.Should().Be(strong ? Modified : null);

    [Fact]
    public void IfRangeValue_ObsoleteDateForm_SentBackByteForByte()
    {
        const string obsolete = "Tuesday, 01-Sep-20 10:00:00 GMT";
        (Bare with { LastModified = obsolete, Date = "Tue, 01 Sep 2020 10:00:09 GMT" }).IfRangeValue.Should().Be(obsolete);
    }

    [Theory]
    [InlineData("\"a\"", "\"a\"", VersionMatch.Same)]
    [InlineData("\"a\"", "\"b\"", VersionMatch.Different)]
    [InlineData("\"a\"", "W/\"a\"", VersionMatch.Different)]
    [InlineData("\"a\"", null, VersionMatch.Untold)]
    [InlineData("W/\"a\"", "W/\"a\"", VersionMatch.Untold)]
    [InlineData("W/\"a\"", "W/\"b\"", VersionMatch.Different)]
    [InlineData(null, "\"a\"", VersionMatch.Untold)]
    public void Compare_ETags(string? known, string? answered, VersionMatch match) =>
        (Bare with { ETag = known }).Compare(Bare with { ETag = answered }).Should().Be(match);

    [Theory]
    [InlineData(Modified, "Tue, 01 Sep 2020 10:00:09 GMT", VersionMatch.Same)]
    [InlineData(Modified, Modified, VersionMatch.Untold)]
    [InlineData("Tue, 01 Sep 2020 10:00:02 GMT", "Tue, 01 Sep 2020 10:00:09 GMT", VersionMatch.Different)]
    [InlineData(null, "Tue, 01 Sep 2020 10:00:09 GMT", VersionMatch.Untold)]
    public void Compare_Dates_ByteForByteAndOnlyWhereStrong(string? answered, string date, VersionMatch match) =>
        (Bare with { LastModified = Modified, Date = date }).Compare(Bare with { LastModified = answered }).Should().Be(match);

    [Theory]
    [InlineData("\"a\"", null, null, false, true)]
    [InlineData("W/\"a\"", 10L, null, false, false)]
    [InlineData("W/\"a\"", 10L, null, true, true)]
    [InlineData(null, null, null, true, false)]
    [InlineData("\"a\"", 10L, "gzip", true, false)]
    public void CanResume_StrongOrTrustedLength_NeverCoded(string? tag, long? length, string? coding, bool trust, bool can) =>
        (Bare with { ETag = tag, Length = length, ContentCoding = coding }).CanResume(trust).Should().Be(can);

    [Fact]
    public void Json_RoundTrip_OnlyWhatWasReceived()
    {
        var identity = Bare with { ETag = "\"\u00e9\"", LastModified = Modified, Length = 1L << 40 };
        var text = JsonSerializer.Serialize(identity);
        text.Should().NotContain(nameof(ResourceIdentity.IfRangeValue)).And.NotContain(nameof(ResourceIdentity.IsStrong));
        JsonSerializer.Deserialize<ResourceIdentity>(text).Should().Be(identity);
    }
}
