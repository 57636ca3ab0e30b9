using Ferry.Engine.Http;
using static Ferry.Engine.Tests.Http.RangeCase;

namespace Ferry.Engine.Tests.Http;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2020, 9, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("120", 120)]
    [InlineData("Tue, 01 Sep 2020 10:00:30 GMT", 30)]
    [InlineData("Tue, 01 Sep 2020 09:00:00 GMT", 0)]
    [InlineData("99999999999999999999", 31_536_000)]
    public void Of_SecondsOrDate_NeverNegative(string value, int seconds) =>
        RetryAfter.Of(Answer(503, $"retry-after: {value}"), Now).Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("soon")]
    [InlineData("")]
    public void Of_Garbage_Null(string value) => RetryAfter.Of(Answer(503, $"retry-after: {value}"), Now).Should().BeNull();

    [Fact]
    public void Of_Absent_Null() => RetryAfter.Of(Answer(503), Now).Should().BeNull();
}
