using System.Net;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Tests.Dns;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("Example.COM", "example.com")]
    [InlineData("example.com.", "example.com.")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("日本語.jp", "xn--wgv71a119e.jp")]
    [InlineData("münchen。example", "xn--mnchen-3ya.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("_service.my-host_1.example", "_service.my-host_1.example")]
    public void ToAscii_LowerCaseAndPunycode(string host, string name) => HostName.ToAscii(host).Should().Be(name);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b.example")]
    [InlineData("a\0.example")]
    [InlineData("a\r\n.example")]
    [InlineData("a/b")]
    public void ToAscii_NoName_IsNotResolved(string host)
    {
        var error = FluentActions.Invoking(() => HostName.ToAscii(host)).Should().Throw<TransferException>().Which.Error;
        error.Code.Should().Be(ErrorCode.HostNotResolved);
        error.Message.Should().NotContain("\n").And.NotContain("\0");
    }

    [Fact]
    public void ToAscii_TooLong_IsNotResolved()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('b', 61)}";
        HostName.ToAscii(longest).Should().Be(longest);
        HostName.ToAscii(longest + ".").Should().Be(longest + ".");
        FluentActions.Invoking(() => HostName.ToAscii(longest + "b")).Should().Throw<TransferException>();
        FluentActions.Invoking(() => HostName.ToAscii("a" + label + ".example")).Should().Throw<TransferException>();
    }

    [Fact]
    public void Loopback_OnlyLocalhostAndWhatLiesUnderIt()
    {
        HostName.Loopback("localhost").Should().Equal(IPAddress.IPv6Loopback, IPAddress.Loopback);
        HostName.Loopback("localhost.").Should().NotBeNull();
        HostName.Loopback("a.localhost").Should().NotBeNull();
        HostName.Loopback("notlocalhost").Should().BeNull();
        HostName.Loopback("localhost.example").Should().BeNull();
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:53")]
    [InlineData("192.0.2.1:5353", "192.0.2.1:5353")]
    [InlineData("192.0.2.1:53", "192.0.2.1:53")]
    [InlineData("2001:db8::1", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]:5353", "[2001:db8::1]:5353")]
    [InlineData("::1:53", "[::0.1.0.83]:53")]
    public void Server_AddressPerhapsWithAPort(string written, string server) => DnsServerAddress.Parse(written).Should().Be(IPEndPoint.Parse(server));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dns.example")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("01.2.3.4")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("256.1.1.1")]
    [InlineData(" 192.0.2.1")]
    [InlineData("192.0.2.1:0")]
    [InlineData("192.0.2.1:65536")]
    [InlineData("192.0.2.1:")]
    [InlineData("[2001:db8::1]:0")]
    [InlineData("[192.0.2.1]:53")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void Server_Invalid_IsNone(string? written) => DnsServerAddress.Parse(written).Should().BeNull();

    [Fact]
    public void Servers_InvalidOnesAreSkippedAndTheFirstThreeValidOnesUsed() =>
        DnsServerAddress.Choose(["nonsense", "192.0.2.1", null, "192.0.2.2", "300.1.1.1", "2001:db8::1", "192.0.2.4"]).Select(DnsServerAddress.Shown)
            .Should().Equal("192.0.2.1", "192.0.2.2", "2001:db8::1");

    [Fact]
    public void Server_IsShownWithItsPortOnlyWhereItIsNotTheUsual() =>
        DnsServerAddress.Shown(IPEndPoint.Parse("[2001:db8::1]:5353")).Should().Be("[2001:db8::1]:5353");
}
