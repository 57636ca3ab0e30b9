using Ferry.Engine.Ranges;

namespace Ferry.Engine.Tests.Ranges;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData("\"\"", true)]
    [InlineData("\"!#\u00e9~\"", true)]
    [InlineData("W/\"a\"", false)]
    [InlineData("w/\"a\"", false)]
    [InlineData("a", false)]
    [InlineData("\"a", false)]
    [InlineData("\"", false)]
    [InlineData("\"a b\"", false)]
    [InlineData("\"a\", \"b\"", false)]
    [InlineData(" \"a\"", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsStrong_OnlyAWellFormedTagWithoutPrefix(string? value, bool strong) => EntityTag.IsStrong(value).Should().Be(strong);

    [Theory]
    [InlineData("W/\"a\"", true)]
    [InlineData("w/\"a\"", false)]
    [InlineData("\"a\"", false)]
    [InlineData("W/a", false)]
    public void IsWeak_PrefixInUpperCaseAlone(string value, bool weak) => EntityTag.IsWeak(value).Should().Be(weak);

    [Theory]
    [InlineData("\"1\"", "\"1\"", true)]
    [InlineData("W/\"1\"", "W/\"1\"", false)]
    [InlineData("W/\"1\"", "W/\"2\"", false)]
    [InlineData("W/\"1\"", "\"1\"", false)]
    [InlineData("\"a\"", "\"A\"", false)]
    [InlineData("x", "x", false)]
    [InlineData(null, null, false)]
    public void StrongEquals_AsTheTableOfRfc9110(string? left, string? right, bool equal) =>
        EntityTag.StrongEquals(left, right).Should().Be(equal);
}
