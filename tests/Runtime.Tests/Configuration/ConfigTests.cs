using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Ferry.Runtime.Tests.Configuration;

public sealed class ConfigTests
{
    [Theory]
    [InlineData("10", 10)]
    [InlineData("10ms", 10)]
    [InlineData("2 s", 2_000)]
    [InlineData("1.5 minutes", 90_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("2000us", 2)]
    [InlineData("-3s", -3_000)]
    [InlineData("infinite", -1)]
    public void GetTimeSpan_ReadsUnits(string text, double milliseconds) =>
        ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a").TotalMilliseconds.Should().Be(milliseconds);

    [Theory]
    [InlineData("512", 512)]
    [InlineData("512b", 512)]
    [InlineData("1kB", 1_000)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("1.5 MiB", 1_572_864)]
    [InlineData("2 GB", 2_000_000_000)]
    [InlineData("1 T", 1_099_511_627_776)]
    public void GetByteSize_ReadsUnits(string text, long bytes) =>
        ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a").Should().Be(bytes);

    [Fact]
    public void Getters_ReadTheirTypes()
    {
        var config = ConfigurationFactory.ParseString(
            "s = text, i = -7, l = 9000000000, d = 2.5e3, on = on, no = no, list = [a, b], n = [1, 2], o { \"0\" = x, \"1\" = y }");

        config.GetString("s").Should().Be("text");
        config.GetInt("i").Should().Be(-7);
        config.GetLong("l").Should().Be(9_000_000_000);
        config.GetDouble("d").Should().Be(2500);
        config.GetBoolean("on").Should().BeTrue();
        config.GetBoolean("no", @default: true).Should().BeFalse();
        config.GetStringList("list").Should().Equal("a", "b");
        config.GetIntList("n").Should().Equal(1, 2);
        config.GetStringList("o").Should().Equal("x", "y");
    }

    [Fact]
    public void Getters_WithoutSetting_GiveTheDefault()
    {
        var config = ConfigurationFactory.ParseString("a = null");

        config.HasPath("a").Should().BeFalse();
        config.GetString("a", "none").Should().Be("none");
        config.GetInt("b.c", 5).Should().Be(5);
        config.GetTimeSpan("b", TimeSpan.FromSeconds(3)).Should().Be(TimeSpan.FromSeconds(3));
        config.GetTimeSpan("b").Should().Be(TimeSpan.Zero);
        config.GetByteSize("b").Should().BeNull();
        config.GetConfig("b").Should().BeNull();
        config.GetValue("b").Should().BeNull();
        config.GetStringList("b").Should().BeEmpty();
    }

    [Theory]
    [InlineData("a = x", "The setting a: 'x' is not a whole number of 32 bits (at line 1, column 5).")]
    [InlineData("a = 3000000000", "The setting a: '3000000000' is not a whole number of 32 bits (at line 1, column 5).")]
    [InlineData("\na = [1]", "The setting a: A list is not a number (at line 2, column 5).")]
    [InlineData("a { b = 1 }", "The setting a: An object is not a number (at line 1, column 3).")]
    public void Getter_OfAnotherType_NamesPathAndPlace(string text, string message)
    {
        var read = () => ConfigurationFactory.ParseString(text).GetInt("a");

        read.Should().Throw<ConfigurationException>().WithMessage(message);
    }

    [Fact]
    public void Duration_WhereInfiniteIsNotAllowed_IsRefused()
    {
        var read = () => ConfigurationFactory.ParseString("a = infinite").GetTimeSpan("a", allowInfinite: false);

        read.Should().Throw<ConfigurationException>().WithMessage("*'infinite' is not a duration*");
    }

    [Fact]
    public void WithFallback_KeepsItsOwnAndMergesObjects()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1 }, b = 1, d = [1], e = null")
            .WithFallback(ConfigurationFactory.ParseString("a { x = 2, y = 2 }, b { c = 2 }, c = 2, d = [2], e = 2"))
            .WithFallback("c = 3, f = 3");

        config.GetInt("a.x").Should().Be(1);
        config.GetInt("a.y").Should().Be(2);
        config.GetInt("b").Should().Be(1);
        config.GetInt("c").Should().Be(2);
        config.GetIntList("d").Should().Equal(1);
        config.HasPath("e").Should().BeFalse("null hides what a fallback sets");
        config.GetInt("f").Should().Be(3);
    }

    [Fact]
    public void Sums_AreFallbacks()
    {
        (ConfigurationFactory.ParseString("a = 1") + "a = 2, b = 2").GetInt("b").Should().Be(2);
        ("a = 1" + ConfigurationFactory.ParseString("a = 2")).GetInt("a").Should().Be(1);
    }

    [Fact]
    public void Empty_HasNothing()
    {
        Config.Empty.IsEmpty.Should().BeTrue();
        Config.Empty.IsNullOrEmpty().Should().BeTrue();
        ((Config?)null).IsNullOrEmpty().Should().BeTrue();
        ((Config?)null).SafeWithFallback("a = 1").GetInt("a").Should().Be(1);
    }

    [Fact]
    public void AtKey_PutsAValueBelowAKey() =>
        ConfigurationFactory.ParseString("a { b = 1 }").GetValue("a")!.AtKey("x.y").GetInt("\"x.y\".b").Should().Be(1);

    [Fact]
    public void ToConfig_OfAnObject_IsItsSettings() =>
        ConfigurationFactory.ParseString("a { b = 1 }").GetValue("a")!.ToConfig().GetInt("b").Should().Be(1);

    [Fact]
    public void Default_HoldsTheCoreSettings() =>
        ConfigurationFactory.Default().GetInt("akka.actor.default-dispatcher.throughput").Should().BePositive();

    [Fact]
    public void FromResource_WithoutTheResource_SaysSo()
    {
        var read = () => ConfigurationFactory.FromResource<Config>("no.such.conf");

        read.Should().Throw<ConfigurationException>().WithMessage("Akka holds no resource 'no.such.conf'.");
    }

    [Fact]
    public void Path_WithBrokenQuotes_IsRefused()
    {
        var read = () => Config.Empty.HasPath("a.\"b");

        read.Should().Throw<ConfigurationException>();
    }

    [Fact]
    public void Root_IsAnObject() => new Config(new HoconRoot(ConfigurationFactory.ParseString("a = 1").Root)).GetInt("a").Should().Be(1);
}
