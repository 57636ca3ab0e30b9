using System.Security.Cryptography;
using Ferry.Engine.Integrity;

namespace Ferry.Engine.Tests.Integrity;

/// <summary>Repr-Digest and Content-Digest fields (RFC 9530, RFC 9651): what counts of them.</summary>
public sealed class DigestsTests
{
    private static readonly byte[] Body = "{\"hello\": \"world\"}\n"u8.ToArray();

    // RFC 9530, appendix B.1.
    private const string Sha256OfBody = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

    [Fact]
    public void Parse_ExampleOfTheRfc_IsTheDigestOfItsContent()
    {
        var digests = Digests.Parse(Sha256OfBody);
        digests.Kinds.Should().Be(DigestKinds.Sha256);
        digests.Sha256Hex.Should().Be(Convert.ToHexStringLower(SHA256.HashData(Body)));
    }

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("  {0}  ", true)]
    [InlineData("md5=:AAAA:, {0}", true)]
    [InlineData("unixsum=30637, a=-1.5, b, c=?0, d=tok/en:x, e=\"te\\\"xt\", f=@1659578233, g=%\"f%c3%bc\", {0}", true)]
    [InlineData("a=(1 \"b\" c);x;y=2, b=();z, {0};q=1;w", true)]
    [InlineData("{0} \t,\t a=1", true)]
    [InlineData("sha-256=:AAAA:, {0}", true)]
    [InlineData("{0}, sha-256=:AAAA:", false)]
    [InlineData("SHA-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", false)]
    [InlineData("sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=", false)]
    [InlineData("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=", false)]
    [InlineData("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF 9bvEF8FabDg=:", false)]
    [InlineData("sha-256=:RK_0qy18MlBSVnWgjwz6lZEWjP_lF5HF9bvEF8FabDg=:", false)]
    [InlineData("sha-256 =:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", false)]
    [InlineData("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg:", true)]
    [InlineData("{0},", false)]
    [InlineData("{0} a=1", false)]
    [InlineData(",{0}", false)]
    [InlineData("{0}, A=1", false)]
    [InlineData("{0}, a=", false)]
    [InlineData("{0}, a=\"x", false)]
    [InlineData("{0}, a=\"x\\n\"", false)]
    [InlineData("{0}, a=?2", false)]
    [InlineData("{0}, a=1.", false)]
    [InlineData("{0}, a=1234567890123456", false)]
    [InlineData("{0}, a=(1", false)]
    [InlineData("{0}, a=(1\"b\")", false)]
    [InlineData("{0};", false)]
    [InlineData("sha=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", false)]
    [InlineData("", false)]
    public void Parse_StrictlyADictionary_OneMistakeAndNothingCounts(string field, bool counts)
    {
        var digests = Digests.Parse(field.Replace("{0}", Sha256OfBody, StringComparison.Ordinal));
        (digests.Sha256Hex == Digests.Parse(Sha256OfBody).Sha256Hex).Should().Be(counts);
    }

    [Fact]
    public void Parse_OnlySha256AndSha512Count()
    {
        var sha512 = $"sha-512=:{Convert.ToBase64String(SHA512.HashData(Body))}:";
        Digests.Parse($"md5=:AAAA:, {sha512}, {Sha256OfBody}").Kinds.Should().Be(DigestKinds.Sha256 | DigestKinds.Sha512);
        Digests.Parse("md5=:1B2M2Y8AsgTpgAmY7PhCfg==:, sha=:AAAA:, crc32c=:AAAA:, adler=:AAAA:").Kinds.Should().Be(DigestKinds.None);
        Digests.Counted($"md5=:AAAA:, {sha512};x, {Sha256OfBody}").Should().Be($"{Sha256OfBody}, {sha512}");
        Digests.Counted("md5=:AAAA:").Should().BeNull();
        Digests.Counted(null).Should().BeNull();
    }

    [Fact]
    public void Parse_DigestOfAnotherLength_DoesNotCount() =>
        Digests.Parse($"sha-256=:{Convert.ToBase64String(new byte[64])}:, sha-512=:{Convert.ToBase64String(new byte[32])}:").Kinds.Should().Be(DigestKinds.None);

    [Fact]
    public void MismatchWith_EveryDigestMustMatch()
    {
        using var hasher = new DigestHasher(DigestKinds.Sha256 | DigestKinds.Sha512);
        hasher.Append(Body);
        var found = hasher.Finish();
        Digests.Parse(found.ToString()).MismatchWith(found).Should().BeNull();
        Digests.Parse($"{Sha256OfBody}, sha-512=:{Convert.ToBase64String(new byte[64])}:").MismatchWith(found).Should().Be("SHA-512");
        Digests.Parse($"sha-256=:{Convert.ToBase64String(new byte[32])}:").MismatchWith(found).Should().Be("SHA-256");
        Digests.None.MismatchWith(found).Should().BeNull();
    }

    [Fact]
    public void Parse_AnyText_DoesNotThrow()
    {
        var random = new Random(9651);
        const string alphabet = "sha-256=:;,()\"\\%?@ \t.AZaz09*\u00fc\0";
        for (var i = 0; i < 50_000; i++)
        {
            var field = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            Digests.Parse(field).Kinds.Should().Be(DigestKinds.None, "seed 9651, case {0}: {1}", i, field);
        }
    }
}
