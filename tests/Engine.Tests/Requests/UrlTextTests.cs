using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Requests;

public sealed class UrlTextTests
{
    [Theory]
    [InlineData("http://h/%7e/../a/./b?x=%zz", "http://h/%7e/../a/./b?x=%zz")]
    [InlineData("http://h/a b\u00fc?q=\u00e9", "http://h/a%20b%C3%BC?q=%C3%A9")]
    [InlineData("http://h/\ud83d\ude80", "http://h/%F0%9F%9A%80")]
    [InlineData("http://h?x=1", "http://h/?x=1")]
    [InlineData("http://h", "http://h/")]
    [InlineData("http://h#top", "http://h/")]
    [InlineData("http://h/a#top?x", "http://h/a")]
    [InlineData("HTTPS://H:443/A", "https://h/A")]
    [InlineData("http://[::1]:8080/x", "http://[::1]:8080/x")]
    [InlineData("http://h/a@b", "http://h/a@b")]
    public void TryParse_SentAsWritten(string url, string sent) => UrlText.TryParse(url)!.AbsoluteUri.Should().Be(sent);

    [Fact]
    public void TryParse_IdnHost_ConnectsByItsAsciiForm() => UrlText.TryParse("http://B\u00dcCHER.de/")!.IdnHost.Should().Be("xn--bcher-kva.de");

    [Theory]
    [InlineData("")]
    [InlineData("h/a")]
    [InlineData("/a")]
    [InlineData("http:/h/a")]
    [InlineData("http:///a")]
    [InlineData("http://")]
    [InlineData("http://h:99999/")]
    [InlineData("http://h:0/")]
    [InlineData("http://h:x/")]
    [InlineData("http://a b/")]
    [InlineData("http://h\\a")]
    [InlineData("http://h..x/")]
    [InlineData("ftp://h/")]
    [InlineData(" http://h/")]
    [InlineData("http://h/ ")]
    [InlineData("http://h/a\r\nX: y")]
    [InlineData("http://h/a\tb")]
    [InlineData("http://h/a\u0000")]
    public void TryParse_NoHttpUrl_Null(string url) => UrlText.TryParse(url).Should().BeNull();

    [Fact]
    public void TryParse_TheSameUrlTwice_Equal() => UrlText.TryParse("http://h/%7e").Should().Be(UrlText.TryParse("http://h/%7e"));

    [Theory]
    [InlineData("https://h/a?token=1#x", "https://h/a")]
    [InlineData("https://user:pass@h/a@b?x", "https://h/a@b")]
    [InlineData("https://user:p@ss@h/a", "https://h/a")]
    [InlineData("https://u@h?x", "https://h")]
    [InlineData("no url\r\nat all", "no url??at all")]
    public void WithoutQuery_HoldsNoSecret(string url, string shown) => UrlText.WithoutQuery(url).Should().Be(shown);
}
