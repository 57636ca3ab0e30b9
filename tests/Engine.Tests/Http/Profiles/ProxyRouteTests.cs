using System.Net;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Http.Profiles;

public sealed class ProxyRouteTests
{
    private static readonly ProxyEnvironment Nothing = ProxyEnvironment.Read(_ => null);

    [Theory]
    [InlineData("*.example.com", "http://a.example.com/", true)]
    [InlineData("*.example.com", "http://a.b.EXAMPLE.com/", true)]
    [InlineData("*.example.com", "http://example.com/", false)]
    [InlineData("*.example.com", "http://a.example.com.evil.test/", false)]
    [InlineData("example.com", "http://example.com/", true)]
    [InlineData("example.com", "http://example.com./", true)]
    [InlineData("example.com", "http://notexample.com/", false)]
    [InlineData("192.168.*", "http://192.168.1.1/", true)]
    [InlineData("::1", "http://[::1]/", true)]
    [InlineData("example.com:8443", "https://example.com:8443/", true)]
    [InlineData("example.com:8443", "https://example.com/", false)]
    [InlineData("*", "http://anything/", true)]
    [InlineData("", "http://anything/", false)]
    public void ProxyOf_Exclusions(string exclusion, string url, bool direct)
    {
        var route = ProxyRoute.For(new ProxyServer("proxy.test", 3128) { Exclusions = ["other", exclusion] }, Nothing)!;
        (route.ProxyOf(new Uri(url)) is null).Should().Be(direct);
        route.IsBypassed(new Uri(url)).Should().Be(direct);
    }

    [Theory]
    [InlineData(ProxyKind.Http, "proxy.test", "http://proxy.test:3128/")]
    [InlineData(ProxyKind.Socks5, "proxy.test", "socks5://proxy.test:3128/")]
    [InlineData(ProxyKind.Http, "::1", "http://[::1]:3128/")]
    public void GetProxy_NamedProxy(ProxyKind kind, string host, string uri) =>
        ProxyRoute.For(new ProxyServer(host, 3128) { Kind = kind }, Nothing)!.GetProxy(new Uri("http://h/"))!.AbsoluteUri.Should().Be(uri);

    [Theory]
    [InlineData("user:hush@proxy.test")]
    [InlineData("proxy.test/hush")]
    [InlineData("")]
    [InlineData("a b")]
    public void For_HostThatIsNone_ProxyNotResolved(string host)
    {
        var error = this.Invoking(_ => ProxyRoute.For(new ProxyServer(host, 1), Nothing)).Should().Throw<TransferException>().Which.Error;
        error.Code.Should().Be(ErrorCode.ProxyNotResolved);
        error.Message.Should().NotContain("hush");
    }

    [Fact]
    public void For_NoProxy_None() => ProxyRoute.For(new NoProxy(), Nothing).Should().BeNull();

    [Theory]
    [InlineData("Basic", true)]
    [InlineData("Digest", true)]
    [InlineData("socks5", true)]
    [InlineData("Negotiate", false)]
    [InlineData("NTLM", false)]
    public void GetCredential_OnlyForItsProxyAndPlainSchemes(string scheme, bool given)
    {
        var route = ProxyRoute.For(new ProxyServer("proxy.test", 3128) { UserName = "ann", Password = "hush" }, Nothing)!;
        (route.GetCredential(new Uri("http://proxy.test:3128/"), scheme) is NetworkCredential { UserName: "ann", Password: "hush" }).Should().Be(given);
        route.GetCredential(new Uri("http://other.test:3128/"), scheme).Should().BeNull();
    }
}
