using Ferry.Host.Commands;

namespace Ferry.Host.Tests.Commands;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("700ms", 700)]
    [InlineData("5s", 5000)]
    [InlineData("5", 5000)]
    [InlineData("0.25", 250)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2H", 7_200_000)]
    [InlineData("0", 0)]
    public void TryParse_GoodText_IsRead(string text, double milliseconds)
    {
        Durations.TryParse(text, out var time).Should().BeTrue();
        time.TotalMilliseconds.Should().Be(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ms")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("1 s")]
    [InlineData("1e400h")]
    [InlineData("99999999999999999999h")]
    public void TryParse_OtherText_IsRefused(string text) => Durations.TryParse(text, out _).Should().BeFalse();
}
