using Akka.Configuration;

namespace Ferry.Runtime.Tests.Configuration;

public sealed class HoconSubstitutionTests
{
    [Theory]
    // The examples of the specification's sections on substitutions and self-reference.
    [InlineData("a = ${b}, b = 1", "a", "1")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }", "bar.baz", "42")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }, bar { foo = 43 }", "bar.baz", "43")]
    [InlineData("path = \"a:b\", path = ${path}\":d\"", "path", "a:b:d")]
    [InlineData("bar { a = ${foo.d}, b = 1 }, bar.b = 3, foo { c = ${bar.b}, d = 2 }, foo.d = 4", "bar.a", "4")]
    [InlineData("bar { a = ${foo.d}, b = 1 }, bar.b = 3, foo { c = ${bar.b}, d = 2 }, foo.d = 4", "foo.c", "3")]
    [InlineData("foo { a { c = 1 } }, foo = ${foo.a}, foo { a = 2 }", "foo.c", "1")]
    [InlineData("foo { a { c = 1 } }, foo = ${foo.a}, foo { a = 2 }", "foo.a", "2")]
    [InlineData("a = ${nowhere}, a = 3", "a", "3")]
    [InlineData("base { x = 1, y = 1 }, a = ${base} { y = 2, z = ${a.x} }", "a.y", "2")]
    [InlineData("base { x = 1, y = 1 }, a = ${base} { y = 2, z = ${a.y} }", "a.z", "2")]
    [InlineData("a = x${?nowhere}y", "a", "xy")]
    [InlineData("host = example.org, url = \"http://\"${host}\"/x\"", "url", "http://example.org/x")]
    [InlineData("a = 1, b = 2, a = ${b}, b = ${a}", "a", "1")]
    [InlineData("a { b.c = 1 }, d = ${a.b} { e = 2 }, f = ${d.c}", "f", "1")]
    public void Substitution_IsResolvedAfterTheWholeTextIsRead(string text, string path, string expected) =>
        ConfigurationFactory.ParseString(text).GetString(path).Should().Be(expected);

    [Fact]
    public void Lists_GrowByTheirFormerValue() =>
        ConfigurationFactory.ParseString("a = [1], a = ${a} [2], b = ${a} ${?nowhere} [3]").GetIntList("b").Should().Equal(1, 2, 3);

    [Fact]
    public void Optional_WithoutValue_LeavesNoSetting()
    {
        var config = ConfigurationFactory.ParseString("a = ${?nowhere.at.all}, b = 1, b = ${?nowhere.at.all}");

        config.HasPath("a").Should().BeFalse();
        config.GetInt("b").Should().Be(1);
    }

    [Fact]
    public void Substitution_FallsBackToTheEnvironment()
    {
        var name = $"FERRY_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(name, "from outside");
        try
        {
            ConfigurationFactory.ParseString($"a = ${{{name}}}, b = x, b = ${{?{name}}}").GetString("b").Should().Be("from outside");
            ConfigurationFactory.ParseString($"{name} = inside, a = ${{{name}}}").GetString("a").Should().Be("inside");
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public void Required_WithoutValue_IsNamedWithItsPlace()
    {
        var parse = () => ConfigurationFactory.ParseString("x = 1\na = ${not.there}");

        parse.Should().Throw<ConfigurationException>().WithMessage(
            "${not.there} has no value: neither a setting nor an environment variable has this name (at line 2, column 5).");
    }

    [Theory]
    [InlineData("a = ${a}")]
    [InlineData("a = ${b}, b = ${a}")]
    [InlineData("a { b = ${a} }")]
    public void Circle_IsRefused(string text)
    {
        var parse = () => ConfigurationFactory.ParseString(text);

        parse.Should().Throw<ConfigurationException>().WithMessage("*(at line 1, column *).");
    }
}
