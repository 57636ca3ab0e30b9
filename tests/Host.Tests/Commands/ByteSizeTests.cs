using Ferry.Host.Commands;

namespace Ferry.Host.Tests.Commands;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500000", 500_000)]
    [InlineData("512K", 512 * 1024)]
    [InlineData("512k", 512 * 1024)]
    [InlineData("2M", 2 * 1024 * 1024)]
    [InlineData("2MiB", 2 * 1024 * 1024)]
    [InlineData("2MB", 2 * 1024 * 1024)]
    [InlineData("1.5G", 3L * 512 * 1024 * 1024)]
    [InlineData("1T", 1L << 40)]
    [InlineData("100B", 100)]
    public void TryParse_GoodText_IsRead(string text, long expected)
    {
        ByteSize.TryParse(text, out var bytes).Should().BeTrue();
        bytes.Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("K")]
    [InlineData("iB")]
    [InlineData("-1")]
    [InlineData("3X")]
    [InlineData("1 M")]
    [InlineData("1,5M")]
    [InlineData("1e9")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999T")]
    [InlineData("79228162514264337593543950336")]
    public void TryParse_BadText_IsRefused(string text) => ByteSize.TryParse(text, out _).Should().BeFalse();
}
