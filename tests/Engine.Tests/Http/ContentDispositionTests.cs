using System.Net;
using System.Text;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Http;

/// <summary>Names that servers give (rule 38; RFC 6266, RFC 8187).</summary>
public sealed class ContentDispositionTests
{
    [Theory]
    [InlineData("attachment; filename=plain.txt", "plain.txt")]
    [InlineData("attachment; filename=\"with space; and.txt\"", "with space; and.txt")]
    [InlineData("attachment; filename=\"a \\\"quoted\\\" one.txt\"", "a \"quoted\" one.txt")]
    [InlineData("inline;FILENAME = x.txt ", "x.txt")]
    [InlineData("attachment; foo; filename=x.txt", "x.txt")]
    [InlineData("attachment; filename=x.txt; filename=y.txt", "x.txt")]
    [InlineData("attachment; filename=\"50%25.txt\"", "50%25.txt")]
    [InlineData("attachment; filename=.profile", ".profile")]
    [InlineData("attachment", null)]
    [InlineData("attachment; filename=", null)]
    [InlineData("attachment; filename=\"unterminated", null)]
    [InlineData("filename=x.txt", null)]
    public void FileName_Plain(string field, string? expected) => NameOf(field).Should().Be(expected);

    [Theory]
    [InlineData("attachment; filename=ascii.txt; filename*=UTF-8''%e2%82%ac%20rates.txt", "\u20ac rates.txt")]
    [InlineData("attachment; filename*=utf-8'de'gr%C3%BCn.txt; filename=ascii.txt", "gr\u00fcn.txt")]
    [InlineData("attachment; filename*=ISO-8859-1''gr%FCn.txt; filename=ascii.txt", "gr\u00fcn.txt")]
    [InlineData("attachment; filename*=UTF-8''%FF.txt; filename=ascii.txt", "ascii.txt")]
    [InlineData("attachment; filename*=UTF-8''%G1.txt; filename=ascii.txt", "ascii.txt")]
    [InlineData("attachment; filename*=UTF-8''%4; filename=ascii.txt", "ascii.txt")]
    [InlineData("attachment; filename*=shift_jis''%95%B6.txt; filename=ascii.txt", "ascii.txt")]
    [InlineData("attachment; filename*=nonsense; filename=ascii.txt", "ascii.txt")]
    [InlineData("attachment; filename*=UTF-8''; filename=ascii.txt", "ascii.txt")]
    public void FileName_ExtendedBeatsPlain_WhereItCanBeRead(string field, string? expected) => NameOf(field).Should().Be(expected);

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\\\..\\\\boot.ini", "boot.ini")]
    [InlineData("/etc/passwd", "passwd")]
    [InlineData("a/b\\\\c.txt", "c.txt")]
    [InlineData("..", null)]
    [InlineData(".", null)]
    [InlineData("...", null)]
    [InlineData("a/..", null)]
    [InlineData("dir/", null)]
    [InlineData("dir\\\\", null)]
    [InlineData("   ", null)]
    [InlineData("con", null)]
    [InlineData("NUL.txt", null)]
    [InlineData("aux .txt", null)]
    [InlineData("com1", null)]
    [InlineData("LPT9.tar.gz", null)]
    [InlineData("conin$", null)]
    [InlineData("console.txt", "console.txt")]
    [InlineData("x.ferry-part", null)]
    public void FileName_OnlyASafeLastSegment(string given, string? expected) => NameOf($"attachment; filename=\"{given}\"").Should().Be(expected);

    [Theory]
    [InlineData("a%00b")]
    [InlineData("a%0Ab")]
    [InlineData("a%1Bb")]
    [InlineData("a%7Fb")]
    [InlineData("a%C2%85b")]
    [InlineData("%2e%2e")]
    [InlineData("..%2f..")]
    [InlineData("COM%C2%B9.txt")]
    public void FileName_ExtendedRefused_NoNameAtAll(string encoded) => NameOf($"attachment; filename*=UTF-8''{encoded}").Should().BeNull();

    [Fact]
    public void FileName_EncodedSeparators_OnlyTheLastSegment() => NameOf("attachment; filename*=UTF-8''..%2F..%5Cx.txt").Should().Be("x.txt");

    [Fact]
    public void FileName_Utf8AsItIs_IsReadAsThat()
    {
        NameOf("attachment; filename=\"" + Encoding.Latin1.GetString("gr\u00fcn.txt"u8) + "\"").Should().Be("gr\u00fcn.txt");
        NameOf("attachment; filename=\"gr\u00fcn.txt\"").Should().Be("gr\u00fcn.txt", "what is no UTF-8 is Latin-1");
    }

    [Fact]
    public void FileName_TooLong_IsShortenedAndKeepsItsExtension()
    {
        var name = NameOf($"attachment; filename={new string('x', 5000)}.tar");
        Encoding.UTF8.GetByteCount(name!).Should().Be(200);
        name.Should().EndWith("x.tar");
    }

    [Fact]
    public void FileName_TwoFields_None() => NameOf("attachment; filename=a", "attachment; filename=b").Should().BeNull();

    [Fact]
    public void FileName_AnyBytes_NeverLeavesADirectory()
    {
        var random = new Random(8187);
        string[] pieces = ["filename", "*", "=", ";", "\"", "\\", "/", "..", "%2e", "%2F", "UTF-8''", "'", "\0", "\n", "x", "\u00fc", "CON", " "];
        for (var i = 0; i < 20_000; i++)
        {
            var field = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (NameOf("a; filename=" + field) is { } name)
                Path.GetDirectoryName(Path.GetFullPath(Path.Combine("/dir", name))).Should().Be("/dir", "seed 8187, case {0}: {1}", i, field);
        }
    }

    private static string? NameOf(params string[] fields) => ContentDisposition.FileName(new AnswerHead(
        200, "OK", HttpVersion.Version11, new Uri("http://a/"), [.. fields.Select(f => new HeaderField("content-disposition", f))]));
}
