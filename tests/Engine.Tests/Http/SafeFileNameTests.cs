using System.Text;
using Ferry.Engine.Http;

namespace Ferry.Engine.Tests.Http;

public sealed class SafeFileNameTests
{
    [Theory]
    [InlineData("https://example.com/a/big.iso", "big.iso")]
    [InlineData("https://example.com/a/big.iso?token=1/2#part", "big.iso")]
    [InlineData("https://example.com/a%20b.txt", "a b.txt")]
    [InlineData("https://example.com/%E6%96%87.txt", "文.txt")]
    [InlineData("https://example.com/文.txt", "文.txt")]
    [InlineData("https://example.com", "download")]
    [InlineData("https://example.com/", "download")]
    [InlineData("https://example.com/dir/", "download")]
    [InlineData("https://example.com?x=/y", "download")]
    [InlineData("https://example.com/..", "download")]
    [InlineData("https://example.com/.", "download")]
    [InlineData("https://example.com/%2e%2e", "download")]
    [InlineData("https://example.com/..%2f..%2fetc%2fpasswd", "passwd")]
    [InlineData("https://example.com/..%5c..%5cboot.ini", "boot.ini")]
    [InlineData("https://example.com/a%00b%0ac%1b", "a_b_c_")]
    [InlineData("https://example.com/con", "_con")]
    [InlineData("https://example.com/COM1.txt", "_COM1.txt")]
    [InlineData("https://example.com/console.txt", "console.txt")]
    [InlineData("https://example.com/%20%20", "download")]
    [InlineData("https://example.com/%ff%fe", "%ff%fe")]
    public void OfUrl_AnyUrl_IsASafeName(string url, string expected) => SafeFileName.OfUrl(url).Should().Be(expected);

    [Fact]
    public void OfUrl_VeryLongName_FitsAFileSystemAndKeepsTheExtension()
    {
        var name = SafeFileName.OfUrl($"https://example.com/{new string('文', 300)}.tar");

        Encoding.UTF8.GetByteCount(name).Should().BeInRange(190, 200);
        name.Should().EndWith("文.tar");
    }
}
