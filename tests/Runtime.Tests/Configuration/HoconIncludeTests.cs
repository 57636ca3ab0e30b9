using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Ferry.Runtime.Tests.Configuration;

public sealed class HoconIncludeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ferry-hocon-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Include_ByPath_MergesAtItsPlace()
    {
        Write("base.conf", "x = 1, y = 1");

        var config = ConfigurationFactory.ParseString($"a {{ include \"{_folder.FullName}/base.conf\"\n y = 2 }}\nb = 3");

        config.GetInt("a.x").Should().Be(1);
        config.GetInt("a.y").Should().Be(2);
        config.GetInt("b").Should().Be(3);
    }

    [Fact]
    public void Include_WithoutExtension_IsTheConfFile()
    {
        Write("base.conf", "x = 1");

        ConfigurationFactory.ParseString($"include \"{_folder.FullName}/base\"").GetInt("x").Should().Be(1);
    }

    [Fact]
    public void Include_WithinAnIncludedFile_IsFoundBesideIt()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "inner"));
        Write("inner/first.conf", "include file(\"second.conf\")");
        Write("inner/second.conf", "x = 7");

        ConfigurationFactory.ParseString($"include \"{_folder.FullName}/inner/first.conf\"").GetInt("x").Should().Be(7);
    }

    [Fact]
    public void Substitution_InAnIncludedFile_IsSeenFromItsPlaceThenFromTheRoot()
    {
        Write("base.conf", "x = 1, near = ${x}, far = ${top}");

        var config = ConfigurationFactory.ParseString($"x = 9, top = 5, a {{ include \"{_folder.FullName}/base.conf\" }}, a.x = 2");

        config.GetInt("a.near").Should().Be(2);
        config.GetInt("a.far").Should().Be(5);
    }

    [Fact]
    public void Include_OfNothing_IsEmptyUnlessRequired()
    {
        ConfigurationFactory.ParseString("include \"no-such-file.conf\"\na = 1").GetInt("a").Should().Be(1);

        var required = () => ConfigurationFactory.ParseString("include required(file(\"no-such-file.conf\"))");
        required.Should().Throw<ConfigurationException>().WithMessage("The included file '*no-such-file.conf' does not exist (at line 1, column 1).");
    }

    [Fact]
    public void Mistake_InAnIncludedFile_NamesTheFile()
    {
        var path = Write("broken.conf", "a = 1\nb = {");
        var parse = () => ConfigurationFactory.ParseString($"include \"{path}\"");

        parse.Should().Throw<ConfigurationException>().WithMessage($"The brace that opens here is not closed (at {path}, line 2, column 5).");
    }

    [Fact]
    public void Include_OfItself_IsRefused()
    {
        var path = Write("self.conf", "include \"self.conf\"");
        var parse = () => ConfigurationFactory.ParseString($"include \"{path}\"");

        parse.Should().Throw<ConfigurationException>().WithMessage("Includes are nested more than 32 deep: 'self.conf'*");
    }

    [Fact]
    public void Callback_AnswersIncludes()
    {
        var texts = new Dictionary<string, string> { ["one"] = "x = ${y}", ["two"] = "y = 4, z { w = 1 }" };
        HoconRoot Parsed(string name) => Parser.Parse(texts[name], Parsed);
        HoconRoot Known(string name) => new(ConfigurationFactory.ParseString(texts[name]).Root);

        ConfigurationFactory.ParseString("include \"one\"\ninclude \"two\"", Parsed).GetInt("x").Should().Be(4);
        ConfigurationFactory.ParseString("include \"two\"\nz.v = ${y}, z.u = ${z.w}", Known).GetInt("z.u").Should().Be(1);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
