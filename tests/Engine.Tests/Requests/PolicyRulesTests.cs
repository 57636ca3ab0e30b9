using System.Net;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Requests;

public sealed class PolicyRulesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("example.com", "https://example.com/f", true)]
    [InlineData("Example.COM", "https://eXample.com./f", true)]
    [InlineData("example.com", "https://www.example.com/f", false)]
    [InlineData("*.example.com", "https://a.b.example.com/f", true)]
    [InlineData("*.example.com", "https://example.com/f", false)]
    [InlineData("*.example.com", "https://evilexample.com/f", false)]
    [InlineData("example.com:8443", "https://example.com:8443/f", true)]
    [InlineData("example.com:8443", "https://example.com/f", false)]
    [InlineData("b\u00fccher.example", "https://xn--bcher-kva.example/f", true)]
    [InlineData("xn--bcher-kva.example", "https://b\u00fccher.example/f", true)]
    [InlineData("*.B\u00dcCHER.example", "https://www.b\u00fccher.example/f", true)]
    [InlineData("127.0.0.1", "https://127.1/f", true)]
    [InlineData("::1", "https://[::1]/f", true)]
    public void AllowedHosts_WildcardsCaseAndScripts(string pattern, string url, bool permitted)
    {
        var result = Validate(url, new EnginePolicy { AllowedHosts = ["other.example", pattern] });
        result.Problems.Select(p => p.Code).Should().Equal(permitted ? [] : [ErrorCode.DomainNotAllowed]);
    }

    [Fact]
    public void Cleartext_NotAllowed_HttpRefused()
    {
        var policy = new EnginePolicy { AllowCleartext = false };
        Validate("http://h/f", policy).Problems.Should().ContainSingle().Which.Code.Should().Be(ErrorCode.CleartextNotAllowed);
        Validate("https://h/f", policy).Problems.Should().BeEmpty();
    }

    [Theory]
    [InlineData("https://169.254.169.254/latest", true)]
    [InlineData("https://2852039166/", true)]
    [InlineData("https://[::ffff:169.254.1.1]/", true)]
    [InlineData("https://[fd00::5]/", true)]
    [InlineData("https://[fe00::5]/", false)]
    [InlineData("https://169.253.0.1/", false)]
    [InlineData("https://name.example/", false)]
    public void DeniedNetworks_LiteralAddress_NotPermitted(string url, bool denied)
    {
        var policy = new EnginePolicy { DeniedNetworks = ["169.254.0.0/16", "fd00::/8"] };
        Validate(url, policy).Problems.Select(p => p.Code).Should().Equal(denied ? [ErrorCode.NotPermitted] : []);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "11.1.1.1", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public void Networks_OfBothFamilies(string network, string address, bool denied) =>
        NetworkPolicy.Parse(["198.51.100.0/24", network]).Denies(IPAddress.Parse(address)).Should().Be(denied);

    [Theory]
    [InlineData("10.0.0.1/8")]
    [InlineData("10/8")]
    [InlineData("10")]
    [InlineData("10.0.0.0/33")]
    [InlineData("example.com")]
    [InlineData("")]
    public void Policy_NetworkThatIsNone_IsAProblemOfThePolicy(string network)
    {
        new EnginePolicy { DeniedNetworks = [network] }.Problems().Should().ContainSingle().Which.Should().Contain($"'{network}'");
        FluentActions.Invoking(() => NetworkPolicy.Parse([network])).Should().Throw<FormatException>();
    }

    [Fact]
    public void Policy_OtherProblems_AllNamed() =>
        new EnginePolicy { AllowedHosts = ["", "a/b"], TargetRoot = " ", MaxResume = 0 }.Problems().Should().HaveCount(4);

    [Fact]
    public void Policy_SameContents_Equal() =>
        new EnginePolicy { AllowedHosts = ["a"], DeniedNetworks = ["::1"] }.Should().Be(new EnginePolicy { AllowedHosts = ["a"], DeniedNetworks = ["::1"] })
            .And.NotBe(new EnginePolicy { AllowedHosts = ["b"], DeniedNetworks = ["::1"] });

    [Fact]
    public void TargetRoot_PlainPaths()
    {
        Target("root/f").Should().BeTrue();
        Target("root/not/there/yet/f").Should().BeTrue();
        Target("f").Should().BeFalse();
        Target("rooted/f").Should().BeFalse();
        Target("root/../f").Should().BeFalse();
    }

    [Fact]
    public void TargetRoot_ALinkThatLeadsOut_Refused()
    {
        Directory.CreateDirectory(At("root"));
        Directory.CreateDirectory(At("outside"));
        Directory.CreateSymbolicLink(At("root/out"), At("outside"));
        Directory.CreateSymbolicLink(At("root/up"), "../outside/..");
        Directory.CreateSymbolicLink(At("root/in"), "inner");
        File.CreateSymbolicLink(At("root/file"), At("outside/file"));
        Target("root/out/f").Should().BeFalse();
        Target("root/out/deeper/f").Should().BeFalse();
        Target("root/up/f").Should().BeFalse();
        Target("root/file").Should().BeFalse();
        Target("root/in/f").Should().BeTrue();
    }

    [Fact]
    public void TargetRoot_ItselfALink_TargetsUnderEitherNameAreUnderIt()
    {
        Directory.CreateDirectory(At("real"));
        Directory.CreateSymbolicLink(At("root"), At("real"));
        Target("root/f").Should().BeTrue();
        Target("real/f").Should().BeTrue();
        Target("f").Should().BeFalse();
    }

    [Fact]
    public void TargetRoot_LinksInACircle_Refused()
    {
        Directory.CreateDirectory(At("root"));
        Directory.CreateSymbolicLink(At("root/a"), At("root/b"));
        Directory.CreateSymbolicLink(At("root/b"), At("root/a"));
        Target("root/a/f").Should().BeFalse();
    }

    [Fact]
    public void SeveralRefusals_AllAtOnce()
    {
        var policy = new EnginePolicy { AllowedHosts = ["a"], AllowCleartext = false, DeniedNetworks = ["127.0.0.0/8"], TargetRoot = At("root") };
        var request = new TransferRequest { Url = "http://127.0.0.1/f", Destination = new FileDestination(At("f")) };
        RequestValidation.Validate(request, () => TransferId.Parse("t"), policy).Problems.Select(p => p.Code).Should()
            .Equal(ErrorCode.DomainNotAllowed, ErrorCode.CleartextNotAllowed, ErrorCode.NotPermitted, ErrorCode.NotPermitted);
    }

    private string At(string path) => Path.Combine(_directory, path);

    private bool Target(string path)
    {
        var request = new TransferRequest { Url = "https://h/f", Destination = new FileDestination(At(path)) };
        var problems = RequestValidation.Validate(request, () => TransferId.Parse("t"), new EnginePolicy { TargetRoot = At("root") }).Problems;
        problems.Should().NotContain(p => p.Code != ErrorCode.NotPermitted);
        return problems.Count == 0;
    }

    private static ValidationResult Validate(string url, EnginePolicy policy) =>
        RequestValidation.Validate(new TransferRequest { Url = url, Destination = new MemoryDestination() }, () => TransferId.Parse("t"), policy);
}
