using Ferry.AspNetCore.Protocol;

namespace Ferry.AspNetCore.Tests.Protocol;

public sealed class UploadMetadataTests
{
    [Fact]
    public void Pairs_AreDecodedAsUtf8() => UploadMetadata.Parse("filename w6kudHh0,type dGV4dC9wbGFpbg==").Should()
        .Equal(new Dictionary<string, string> { ["filename"] = "é.txt", ["type"] = "text/plain" });

    [Fact]
    public void Empty_NoPairs() => UploadMetadata.Parse("").Should().BeEmpty();

    [Theory]
    [InlineData("is_confidential")]
    [InlineData("is_confidential ")]
    public void ValueLeftOut_IsEmpty(string field) => UploadMetadata.Parse(field).Should().Equal(new Dictionary<string, string> { ["is_confidential"] = "" });

    [Fact]
    public void SpacesAroundCommas_Ignored() => UploadMetadata.Parse("a YQ== , b Yg==").Should().HaveCount(2);

    [Theory]
    [InlineData("a YQ==,a Yg==", "twice")]
    [InlineData(",a YQ==", "empty")]
    [InlineData("a YQ==,", "empty")]
    [InlineData("ä YQ==", "ASCII")]
    [InlineData("a YQ==\u00a0", "ASCII")]
    [InlineData("a\u0001 YQ==", "ASCII")]
    [InlineData("a\tYQ==", "ASCII")]
    [InlineData("a Y?==", "Base64")]
    [InlineData("a YQ", "Base64")]
    [InlineData("a YQ== Yg==", "Base64")]
    [InlineData("a Y Q = =", "Base64")]
    public void Wrong_Refused400(string field, string why)
    {
        var parse = () => UploadMetadata.Parse(field);
        parse.Should().Throw<UploadRefusedException>().Where(e => e.Status == 400).WithMessage($"*{why}*");
    }

    [Fact]
    public void BytesThatAreNotUtf8_Replaced() => UploadMetadata.Parse("a /w==")["a"].Should().Be("\ufffd");
}
