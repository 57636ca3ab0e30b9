using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Http.Profiles;

public sealed class ConnectionProfileTests
{
    private static readonly RequestOptions Full = new()
    {
        UsingProtocol = HttpProtocol.Http2,
        UsingProxy = new ProxyServer("proxy.test", 3128) { Exclusions = ["*.local", "x"], UserName = "ann", Password = "hush-proxy" },
        CaPath = "/etc/ca.pem",
        ClientCert = new ClientCertificate("/etc/c.pem") { KeyPath = "/etc/k.pem", KeyPassword = "hush-key" },
        CertificatePinning = [new CertificatePin("AAAA"), new CertificatePin("BBBB")],
        DnsOverHttps = "https://dns.test/query?token=hush-doh",
        DnsServers = ["192.0.2.1", "192.0.2.2"],
    };

    [Fact]
    public void Of_EqualOptionsInOtherLists_Equal()
    {
        var same = Full with
        {
            UsingProxy = new ProxyServer("proxy.test", 3128) { Exclusions = new List<string> { "*.local", "x" }, UserName = "ann", Password = "hush-proxy" },
            CertificatePinning = new List<CertificatePin> { new("AAAA"), new("BBBB") },
            DnsServers = new List<string> { "192.0.2.1", "192.0.2.2" },
        };
        ConnectionProfile.Of(same).Should().Be(ConnectionProfile.Of(Full));
        ConnectionProfile.Of(same).GetHashCode().Should().Be(ConnectionProfile.Of(Full).GetHashCode());
    }

    [Fact]
    public void Of_AnyOptionOther_NotEqual()
    {
        var proxy = (ProxyServer)Full.UsingProxy;
        RequestOptions[] others =
        [
            Full with { UsingProtocol = HttpProtocol.Http11 },
            Full with { UsingProtocol = null },
            Full with { UsingProxy = new NoProxy() },
            Full with { UsingProxy = new SystemProxy() },
            Full with { UsingProxy = proxy with { Host = "other.test" } },
            Full with { UsingProxy = proxy with { Port = 3129 } },
            Full with { UsingProxy = proxy with { Kind = ProxyKind.Socks5 } },
            Full with { UsingProxy = proxy with { Exclusions = ["*.local"] } },
            Full with { UsingProxy = proxy with { UserName = "bob" } },
            Full with { UsingProxy = proxy with { Password = "other" } },
            Full with { CaPath = null },
            Full with { ClientCert = Full.ClientCert! with { KeyPassword = "other" } },
            Full with { ClientCert = Full.ClientCert! with { CertType = CertificateType.P12 } },
            Full with { CertificatePinning = [new CertificatePin("AAAA")] },
            Full with { DnsOverHttps = "https://other.test/query" },
            Full with { DnsServers = ["192.0.2.1"] },
        ];
        others.Select(ConnectionProfile.Of).Append(ConnectionProfile.Of(Full)).Distinct().Should().HaveCount(others.Length + 1);
    }

    [Fact]
    public void Of_OptionsThatDoNotConnect_Equal() =>
        ConnectionProfile.Of(Full with { Method = "POST", Priority = 7, MaxLimit = 1, Headers = [new HeaderField("A", "b")], ReadTimeout = TimeSpan.Zero })
            .Should().Be(ConnectionProfile.Of(Full));

    [Fact]
    public void ToString_SaysWhatItIsWithoutSecrets() =>
        ConnectionProfile.Of(Full).ToString().Should().Contain("proxy.test:3128").And.Contain("/etc/ca.pem").And.Contain("2 pins").And.Contain("dns.test")
            .And.NotContain("hush").And.NotContain("ann");

    [Fact]
    public void ToString_NothingSpecial_Direct() => ConnectionProfile.Of(new RequestOptions()).ToString().Should().Be("direct");
}
