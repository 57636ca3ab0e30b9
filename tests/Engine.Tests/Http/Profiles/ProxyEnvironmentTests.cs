using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Http.Profiles;

public sealed class ProxyEnvironmentTests
{
    private readonly Dictionary<string, string> _variables = [];

    [Theory]
    [InlineData("http_proxy", "http://p:1", "http://h/", "http://p:1/")]
    [InlineData("HTTP_PROXY", "http://p:1", "http://h/", "http://p:1/")]
    [InlineData("http_proxy", "http://p:1", "https://h/", null)]
    [InlineData("https_proxy", "http://p:1", "https://h/", "http://p:1/")]
    [InlineData("HTTPS_PROXY", "http://p:1", "https://h/", "http://p:1/")]
    [InlineData("https_proxy", "http://p:1", "http://h/", null)]
    [InlineData("all_proxy", "socks5://p:1", "http://h/", "socks5://p:1/")]
    [InlineData("ALL_PROXY", "socks5h://p:1", "https://h/", "socks5://p:1/")]
    [InlineData("http_proxy", "p:3128", "http://h/", "http://p:3128/")]
    [InlineData("http_proxy", "p", "http://h/", "http://p/")]
    [InlineData("http_proxy", "socks5://p", "http://h/", "socks5://p:1080/")]
    [InlineData("http_proxy", "http://[::1]:8080/", "http://h/", "http://[::1]:8080/")]
    [InlineData("http_proxy", "", "http://h/", null)]
    public void For_OneVariable(string name, string value, string url, string? proxy)
    {
        _variables[name] = value;
        Read().For(new Uri(url))?.Uri.AbsoluteUri.Should().Be(proxy);
        (Read().For(new Uri(url)) is null).Should().Be(proxy is null);
    }

    [Fact]
    public void For_LowerCaseAndTheNarrowerNameWin()
    {
        _variables["http_proxy"] = "lower:1";
        _variables["HTTP_PROXY"] = "upper:1";
        _variables["all_proxy"] = "all:1";
        Read().For(new Uri("http://h/"))!.ToString().Should().Be("lower:1");
        Read().For(new Uri("https://h/"))!.ToString().Should().Be("all:1");
    }

    [Fact]
    public void For_InACgiProgram_UpperCaseHttpProxyIsNotBelieved()
    {
        _variables["GATEWAY_INTERFACE"] = "CGI/1.1";
        _variables["HTTP_PROXY"] = "evil:1";
        Read().For(new Uri("http://h/")).Should().BeNull();
    }

    [Theory]
    [InlineData("h.test", "http://h.test/", true)]
    [InlineData("H.TEST", "http://h.test/", true)]
    [InlineData("test", "http://h.test/", true)]
    [InlineData(".test", "http://h.test/", true)]
    [InlineData("est", "http://h.test/", false)]
    [InlineData("a, h.test ,b", "http://h.test/", true)]
    [InlineData("*", "http://h.test/", true)]
    [InlineData("h.test:8080", "http://h.test:8080/", true)]
    [InlineData("h.test:8080", "http://h.test/", false)]
    [InlineData("10.0.0.0/8", "http://10.1.2.3/", true)]
    [InlineData("10.0.0.0/8", "http://11.1.2.3/", false)]
    [InlineData("192.0.2.7", "http://192.0.2.7/", true)]
    [InlineData("::1", "http://[::1]/", true)]
    public void For_NoProxy(string exclusions, string url, bool direct)
    {
        _variables["http_proxy"] = "p:1";
        _variables["NO_PROXY"] = exclusions;
        (Read().For(new Uri(url)) is null).Should().Be(direct);
    }

    [Fact]
    public void Credentials_DecodedAndNeverShown()
    {
        _variables["http_proxy"] = "http://ann:p%40ss@p:1";
        var proxy = Read().For(new Uri("http://h/"))!;
        (proxy.User, proxy.Password).Should().Be(("ann", "p@ss"));
        (proxy + proxy.Uri.AbsoluteUri).Should().NotContain("p@ss").And.NotContain("p%40ss");
    }

    [Theory]
    [InlineData("ftp://p:1")]
    [InlineData("https://user:hush@p:1")]
    [InlineData("http://:hush")]
    public void Route_MalformedVariable_NamesItWithoutItsValue(string value)
    {
        _variables["HTTPS_PROXY"] = value;
        var error = this.Invoking(t => ProxyRoute.For(new SystemProxy(), t.Read())).Should().Throw<TransferException>().Which.Error;
        error.Code.Should().Be(ErrorCode.ProxyNotResolved);
        error.Message.Should().Contain("HTTPS_PROXY").And.NotContain("hush");
    }

    [Fact]
    public void Read_EachVariableOnce_AtTheStart()
    {
        var asked = new List<string>();
        var environment = ProxyEnvironment.Read(n =>
        {
            asked.Add(n);
            return null;
        });
        var before = asked.Count;
        environment.For(new Uri("http://h/"));
        ProxyRoute.For(new SystemProxy(), environment).Should().BeNull();
        asked.Should().HaveCount(before).And.OnlyHaveUniqueItems();
    }

    private ProxyEnvironment Read() => ProxyEnvironment.Read(n => _variables.GetValueOrDefault(n));
}
