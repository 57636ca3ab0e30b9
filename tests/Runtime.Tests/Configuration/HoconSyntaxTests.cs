using Akka.Configuration;

namespace Ferry.Runtime.Tests.Configuration;

public sealed class HoconSyntaxTests
{
    [Fact]
    public void Objects_NestedAndDotted_AreTheSame()
    {
        var nested = ConfigurationFactory.ParseString("a { b : { c = 1 } }");
        var dotted = ConfigurationFactory.ParseString("a.b.c = 1");

        nested.GetInt("a.b.c").Should().Be(1);
        dotted.ToString().Should().Be(nested.ToString());
    }

    [Fact]
    public void Settings_OnOneLine_AreSeparatedByCommas()
    {
        var config = ConfigurationFactory.ParseString("a = 1, b = 2, c { d = 3, e = 4, }");

        config.GetInt("b").Should().Be(2);
        config.GetInt("c.e").Should().Be(4);
    }

    [Fact]
    public void Comments_OfBothKinds_AreSkipped()
    {
        var config = ConfigurationFactory.ParseString("""
            # first
            a = 1 # behind a value
            // second
            b = two words // behind a value
            """);

        config.GetInt("a").Should().Be(1);
        config.GetString("b").Should().Be("two words");
    }

    [Fact]
    public void Keys_InQuotes_MayHoldDots()
    {
        var config = ConfigurationFactory.ParseString("""types { "System.Byte[]" = bytes, "a.b".c = 1 }""");

        config.GetString("types.\"System.Byte[]\"").Should().Be("bytes");
        config.GetInt("types.\"a.b\".c").Should().Be(1);
    }

    [Fact]
    public void Strings_WithEscapesAndThreeQuotes_KeepTheirText()
    {
        var config = ConfigurationFactory.ParseString("a = \"x\\t\\\"y\\u0041\"\nb = \"\"\"line one\n \"line\" two\"\"\"\"");

        config.GetString("a").Should().Be("x\t\"yA");
        config.GetString("b").Should().Be("line one\n \"line\" two\"");
    }

    [Fact]
    public void Arrays_AcrossLines_NeedNoCommas()
    {
        var config = ConfigurationFactory.ParseString("a = [\n 1\n 2, 3\n]\nb = [{ c = 1 }, { c = 2 }]\nd = []");

        config.GetIntList("a").Should().Equal(1, 2, 3);
        config.GetValue("b")!.GetArray().Select(v => v.GetObject().GetKey("c")!.GetInt()).Should().Equal(1, 2);
        config.GetStringList("d").Should().BeEmpty();
    }

    [Fact]
    public void Objects_GivenTwice_AreMergedAndScalarsReplaced()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1, y = 1 }, a { y = 2, z = 3 }, a.z = 4, b = 1, b = two");

        config.GetConfig("a")!.AsEnumerable().Select(e => (e.Key, e.Value.GetInt()))
            .Should().Equal(("x", 1), ("y", 2), ("z", 4));
        config.GetString("b").Should().Be("two");
    }

    [Fact]
    public void Objects_ReplacedByNull_StartAfresh() =>
        ConfigurationFactory.ParseString("a { x = 1 }, a = null, a { y = 2 }").GetConfig("a")!.HasPath("x").Should().BeFalse();

    [Fact]
    public void Values_SideBySide_AreJoined()
    {
        var config = ConfigurationFactory.ParseString("""a = 10 " and "  some, b = [1] [2], c = { x = 1 } { y = 2 }""");

        config.GetString("a").Should().Be("10  and   some");
        config.GetIntList("b").Should().Equal(1, 2);
        config.GetInt("c.x").Should().Be(1);
        config.GetInt("c.y").Should().Be(2);
    }

    [Fact]
    public void PlusEquals_AddsToAList() =>
        ConfigurationFactory.ParseString("a += 1, a += 2, b { c = [x] }, b.c += y").Root.GetObject().Unwrapped
            .Should().BeEquivalentTo(new Dictionary<string, object>
            {
                ["a"] = new[] { "1", "2" },
                ["b"] = new Dictionary<string, object> { ["c"] = new[] { "x", "y" } },
            });

    [Fact]
    public void Text_InBraces_IsTheSameAsWithout() =>
        ConfigurationFactory.ParseString(" { \"a\" : { \"b\" : true } } ").GetBoolean("a.b").Should().BeTrue();

    [Fact]
    public void ReservedCharacters_WithoutMeaning_AreText()
    {
        var config = ConfigurationFactory.ParseString("/user/* { x+y = who@home?, z = 1e+3 }, l+=1");

        config.GetString("/user/*.x+y").Should().Be("who@home?");
        config.GetDouble("/user/*.z").Should().Be(1000);
        config.GetIntList("l").Should().Equal(1);
    }

    [Fact]
    public void Object_BelowItsKey_IsItsValue() =>
        ConfigurationFactory.ParseString("akka\n{\n actor\n {\n x = 1\n }\n}").GetInt("akka.actor.x").Should().Be(1);

    [Fact]
    public void Include_AsAnOrdinaryKey_IsASetting() =>
        ConfigurationFactory.ParseString("include = 1, included { include-this = 2 }").GetInt("included.include-this").Should().Be(2);

    [Theory]
    [InlineData("a = {\n b = 1", "The brace that opens here is not closed (at line 1, column 5).")]
    [InlineData("a = [1, 2", "The bracket that opens here is not closed (at line 1, column 5).")]
    [InlineData("x = 1\n  a = \"open\n", "The string that begins here has no closing quote (at line 2, column 7).")]
    [InlineData("a = \"\"\"open", "The string that begins here with three quotes is not closed by three quotes (at line 1, column 5).")]
    [InlineData("a = 1\nb 2", "The text ends where '=', ':' or '{' after the key \"b 2\" was expected (at line 2, column 4).")]
    [InlineData("a = b\\c", "'\\' in a value must be written in quotes (at line 1, column 6).")]
    [InlineData("a = 1,,b = 2", "',' stands where a value or setting was expected (at line 1, column 7).")]
    [InlineData("a = ", "The text ends where a value for a was expected (at line 1, column 5).")]
    [InlineData("[1]", "The top level must be an object of settings, not an array (at line 1, column 1).")]
    [InlineData("a = 1 }", "'}' stands where the end of the text was expected (at line 1, column 7).")]
    [InlineData("a..b = 1", "A part of this key is empty (at line 1, column 3).")]
    [InlineData("a = \"\\q\"", "This is not an escape; a backslash itself is written \\\\ (at line 1, column 6).")]
    [InlineData("a = ${b", "The substitution that begins here has no closing brace (at line 1, column 5).")]
    [InlineData("a = [1] {b = 1}", "Text, lists and objects cannot be joined to one value (at line 1, column 5).")]
    public void Mistake_IsNamedWithLineAndColumn(string text, string message)
    {
        var parse = () => ConfigurationFactory.ParseString(text);

        parse.Should().Throw<ConfigurationException>().WithMessage(message.Replace("?", "\\?"));
    }

    [Theory]
    [InlineData("a = 1")]
    [InlineData("a { \"b.c\" = \"x y\", d = [1, \"2 3\", { e = null }] }, f = \"//\"")]
    public void ToString_IsReadBackAsTheSame(string text)
    {
        var written = ConfigurationFactory.ParseString(text).ToString();

        ConfigurationFactory.ParseString(written).ToString().Should().Be(written);
    }
}
