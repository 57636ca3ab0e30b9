using Ferry.Engine.Ranges;

namespace Ferry.Engine.Tests.Ranges;

public sealed class HttpDateTests
{
    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void Parse_TheThreeFormsOfRfc9110_TheSameInstant(string value) =>
        HttpDate.Parse(value).Should().Be(new DateTimeOffset(1994, 11, 6, 8, 49, 37, TimeSpan.Zero));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1994-11-06T08:49:37Z")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 +0100")]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT")]
    [InlineData("0")]
    public void Parse_NoHttpDate_Null(string? value) => HttpDate.Parse(value).Should().BeNull();
}
