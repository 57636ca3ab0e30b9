using Ferry.Soak;
using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Kills;

/// <summary>How long the soak gives itself and each of its runs.</summary>
public sealed class SoakOptionsTests
{
    private const long GiB = 1024 * 1024 * 1024;

    [Fact]
    public void RunLimit_IsMoreThanTheRateNeeds()
    {
        RunLimit.Of(GiB, 1024 * 1024).Should().BeGreaterThan(FerryProcess.Patience + TimeSpan.FromSeconds(1024));
        RunLimit.Of(1, GiB).Should().BeCloseTo(FerryProcess.Patience, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Time_NotGiven_IsMoreThanAllTransfersNeed()
    {
        var all = Parse("--kills", "20", "--upload-kills", "6", "--server-kills", "1", "--size-mib", "1000", "--rate-mib", "1");

        all.Time.Should().BeGreaterThan(TimeSpan.FromSeconds(7 * 1000), "these are 2 downloads and 3 uploads, of which 2 may be sent twice");
        Parse("--journal-kills", "9").Time.Should().Be(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void Time_Given_IsTaken() => Parse("--seconds", "7", "--size-mib", "100000").Time.Should().Be(TimeSpan.FromSeconds(7));

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--rate-mib", "0")]
    [InlineData("--kills")]
    [InlineData("--kill", "1")]
    [InlineData("--server", "other")]
    public void BadArguments_AreRefused(params string[] args) => SoakOptions.TryParse(args, out _).Should().BeFalse();

    private static SoakOptions Parse(params string[] args) =>
        SoakOptions.TryParse(args, out var options) ? options : throw new ArgumentException(string.Join(' ', args), nameof(args));
}
