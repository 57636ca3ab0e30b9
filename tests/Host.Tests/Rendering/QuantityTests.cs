using Ferry.Host.Rendering;
using Ferry.Host.Session;
using Ferry.Testing.Time;

namespace Ferry.Host.Tests.Rendering;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1048575, "1.0 MiB")]
    [InlineData(1047527, "1023.0 KiB")]
    [InlineData(1536L * 1024 * 1024, "1.5 GiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Bytes_IsShortAndRounded(long count, string expected) => Quantity.Bytes(count).Should().Be(expected);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.2, "1 s")]
    [InlineData(59.5, "1:00")]
    [InlineData(3599, "59:59")]
    [InlineData(7509, "2:05:09")]
    [InlineData(-3, "0 s")]
    public void Time_IsShort(double seconds, string expected) => Quantity.Time(TimeSpan.FromSeconds(seconds)).Should().Be(expected);

    [Theory]
    [InlineData(999, 1000, 99)]
    [InlineData(1000, 1000, 100)]
    [InlineData(0, 0, 100)]
    [InlineData(long.MaxValue - 1, long.MaxValue, 99)]
    public void Percent_Is100OnlyWhenWhole(long part, long whole, int expected) => Quantity.Percent(part, whole).Should().Be(expected);

    [Fact]
    public void RateMeter_EvenFlow_IsExact_AndFollowsAChangeWithinItsWindow()
    {
        var time = new ManualTimeProvider();
        var meter = new RateMeter();
        meter.Add(0, time);
        meter.BytesPerSecond.Should().BeNull();
        long bytes = 0;
        for (var i = 0; i < 40; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            meter.Add(bytes += i < 20 ? 250 : 1000, time);
        }
        meter.BytesPerSecond.Should().BeApproximately(4000, 1);
    }

    [Fact]
    public void RateMeter_FewerBytesThanBefore_BeginsAnew()
    {
        var time = new ManualTimeProvider();
        var meter = new RateMeter();
        meter.Add(1_000_000, time);
        time.Advance(TimeSpan.FromSeconds(1));
        meter.Add(2_000_000, time);
        time.Advance(TimeSpan.FromSeconds(1));
        meter.Add(100, time);
        meter.BytesPerSecond.Should().BeNull();
    }
}
