using Ferry.Engine.Ranges;

namespace Ferry.Engine.Tests.Ranges;

public sealed class ContentRangeTests
{
    [Theory]
    [InlineData("bytes 0-0/1", 0, 0, 1L)]
    [InlineData("bytes 5-9/10", 5, 9, 10L)]
    [InlineData("Bytes 5-9/10", 5, 9, 10L)]
    [InlineData("bytes 5-9/*", 5, 9, null)]
    [InlineData("bytes 8589934592-9223372036854775805/9223372036854775806", 8589934592, 9223372036854775805, 9223372036854775806L)]
    public void Parse_Range(string value, long from, long to, long? total) =>
        ContentRange.Parse(value).Should().Be(new ContentRange(new ByteRange(from, to), total));

    [Theory]
    [InlineData("bytes */0", 0)]
    [InlineData("bytes */67108864", 67108864)]
    public void Parse_Unsatisfied(string value, long total) => ContentRange.Parse(value).Should().Be(new ContentRange(null, total));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes 0-9")]
    [InlineData("bytes=0-9/10")]
    [InlineData("items 0-9/10")]
    [InlineData("bytes */*")]
    [InlineData("bytes 9-5/10")]
    [InlineData("bytes 0-10/10")]
    [InlineData("bytes 0-9/5")]
    [InlineData("bytes -9/10")]
    [InlineData("bytes 0-/10")]
    [InlineData("bytes +0-9/10")]
    [InlineData("bytes 0 - 9/10")]
    [InlineData("bytes 0-9/ten")]
    [InlineData("bytes 0-9/-1")]
    [InlineData("bytes 0-9223372036854775807/*")]
    [InlineData("bytes 0-9/9223372036854775808")]
    [InlineData("bytes 0-9/18446744073709551626")]
    [InlineData("bytes 18446744073709551616-18446744073709551620/*")]
    [InlineData("bytes 0-9/10, bytes 0-9/10")]
    public void Parse_Unusable_Null(string? value) => ContentRange.Parse(value).Should().BeNull();
}
