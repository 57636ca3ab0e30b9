using Ferry.AspNetCore.Protocol;

namespace Ferry.AspNetCore.Tests.Protocol;

public sealed class UploadChecksumTests
{
    private const string Sha1OfNothing = "2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
    private const string Sha256OfNothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [Theory]
    [InlineData("sha1 " + Sha1OfNothing, "sha1", 20)]
    [InlineData("SHA1 " + Sha1OfNothing, "sha1", 20)]
    [InlineData("sha256 " + Sha256OfNothing, "sha256", 32)]
    public void Known_Read(string field, string algorithm, int length)
    {
        var checksum = UploadChecksum.Parse(field);
        (checksum.Algorithm, checksum.Digest.Length).Should().Be((algorithm, length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("md5 1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("sha1")]
    [InlineData("sha1 ")]
    [InlineData("sha1 !!!!")]
    [InlineData("sha1 2jmj7l5rSw0yVb/vlWAYkK/YBw==")]
    [InlineData("sha1 " + Sha256OfNothing)]
    [InlineData("sha256 " + Sha1OfNothing)]
    [InlineData("sha1 2jmj7l5rSw0y Vb/vlWAYkK/YBwk=")]
    public void UnknownOrMalformed_Refused400(string field) => Headers.Refusal(() => UploadChecksum.Parse(field)).Should().Be(400);

    [Fact]
    public void Plan_HeaderGoesBeforeTrailer()
    {
        ChecksumPlan.Read(Headers.Of()).Kind.Should().Be(ChecksumKind.None);
        ChecksumPlan.Read(Headers.Of(("Trailer", "Expires, upload-checksum"))).Kind.Should().Be(ChecksumKind.Trailer);
        ChecksumPlan.Read(Headers.Of(("Trailer", "Upload-Checksum"), ("Upload-Checksum", "sha1 " + Sha1OfNothing))).Kind.Should().Be(ChecksumKind.Header);
        Headers.Refusal(() => ChecksumPlan.Read(Headers.Of(("Upload-Checksum", "crc32 AAAA")))).Should().Be(400);
    }
}
