using System.Net;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;
using Ferry.Testing.Dns;
using FluentAssertions.Extensions;

namespace Ferry.Engine.Tests.Dns;

/// <summary>Custom DNS before DoH before the system, and what is kept of it.</summary>
public sealed class NameResolversTests : ResolverFixture, IAsyncLifetime
{
    private DnsTestServer _dns = null!;
    private DohTestServer _doh = null!;
    private HttpMessageInvoker _client = null!;

    public async Task InitializeAsync()
    {
        _dns = DnsTestServer.Start();
        _doh = await DohTestServer.StartAsync();
        _client = _doh.Client();
        _dns.Zone.Add(Host, "192.0.2.1");
        _doh.Zone.Add(Host, "192.0.2.2");
        System = new FakeSystem("198.51.100.1");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _doh.DisposeAsync();
        await _dns.DisposeAsync();
    }

    [Fact]
    public void NeitherOption_IsTheSystemsResolver()
    {
        NameResolvers.For([], null, Time).Should().BeSameAs(SystemResolver.Instance);
        NameResolvers.For(["nonsense"], "", Time).Should().BeSameAs(SystemResolver.Instance);
    }

    [Fact]
    public async Task CustomDnsAnswers_NobodyElseIsAsked()
    {
        (await ResolveAsync(All())).Should().Equal(IPAddress.Parse("192.0.2.1"));
        _doh.Asked.Should().BeEmpty();
        System.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task CustomDnsFails_DohIsAsked()
    {
        _dns.Behaviour = DnsBehaviour.Refuses;
        (await ResolveAsync(All())).Should().Equal(IPAddress.Parse("192.0.2.2"));
        System.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task CustomDnsAndDohFail_TheSystemIsAsked_AndItsAnswerKeptForFiveSeconds()
    {
        (_dns.Behaviour, _doh.Behaviour) = (DnsBehaviour.Refuses, DnsBehaviour.HttpError);
        var resolver = All();
        (await ResolveAsync(resolver)).Should().Equal(FakeSystem.Address);
        _dns.Behaviour = DnsBehaviour.Good;
        Time.Advance(5.Seconds() - 1.Milliseconds());
        (await ResolveAsync(resolver)).Should().Equal(FakeSystem.Address);
        System.Asked.Should().Equal(Host);
        Time.Advance(1.Milliseconds());
        (await ResolveAsync(resolver)).Should().Equal(IPAddress.Parse("192.0.2.1"));
    }

    [Fact]
    public async Task NobodyAnswers_TheErrorNamesHostAndServers_AndStandsForASecond()
    {
        System = new FakeSystem();
        (_dns.Behaviour, _doh.Behaviour) = (DnsBehaviour.ServerFailure, DnsBehaviour.HttpError);
        var resolver = All();
        (await FailAsync(resolver)).Message.Should().Be(
            $"The name of {Host} could not be resolved: the DNS server {_dns.Address} answered SERVFAIL, "
            + $"the DNS over HTTPS server {_doh.Url} answered with the HTTP status 503, and the system could not resolve it.");
        var asked = _dns.Asked.Count;
        await FailAsync(resolver);
        _dns.Asked.Should().HaveCount(asked);
        Time.Advance(1.Seconds());
        _dns.Behaviour = DnsBehaviour.Good;
        (await ResolveAsync(resolver)).Should().Equal(IPAddress.Parse("192.0.2.1"));
    }

    [Fact]
    public async Task NameDoesNotExist_IsFinal()
    {
        var error = await FailAsync(All(), "no.example");
        error.Message.Should().Be($"The name of no.example could not be resolved: the DNS server {_dns.Address} says that it does not exist.");
        error.RetryCanHelp.Should().BeFalse();
        _doh.Asked.Should().BeEmpty();
        System.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task NameWithoutAddresses_IsFinal()
    {
        _dns.Zone.AddAlias("empty.example", "nothing.example");
        (await FailAsync(All(), "empty.example")).Message.Should().EndWith($"the DNS server {_dns.Address} says that it has no address.");
        _doh.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task Answer_IsKeptForItsTtl_AndSoIsADenial()
    {
        _dns.Zone.Authority = (900, 20);
        var resolver = All();
        await ResolveAsync(resolver);
        await FailAsync(resolver, "no.example");
        Time.Advance(19.Seconds());
        _dns.Zone.Add("no.example", "192.0.2.7");
        await ResolveAsync(resolver, Host.ToUpperInvariant() + ".");
        await FailAsync(resolver, "no.example");
        _dns.Asked.Should().HaveCount(4);

        Time.Advance(1.Seconds());
        (await ResolveAsync(resolver, "no.example")).Should().Equal(IPAddress.Parse("192.0.2.7"));
        Time.Advance(280.Seconds());
        await ResolveAsync(resolver);
        _dns.Asked.Should().HaveCount(8);
    }

    [Fact]
    public async Task Cache_IsSharedByResolversOfTheSameServersOnly()
    {
        var tools = new NameResolverTools { System = System, Cache = new NameCache(Time), DohInvoker = () => _client };
        await ResolveAsync(NameResolvers.For([_dns.Address], null, Time, tools));
        await ResolveAsync(NameResolvers.For(["nonsense", _dns.Address], null, Time, tools));
        _dns.Asked.Should().HaveCount(2, "the same servers are left once the invalid one is skipped");
        await ResolveAsync(NameResolvers.For([_dns.Address], _doh.Url, Time, tools));
        _dns.Asked.Should().HaveCount(4);
        await ResolveAsync(NameResolvers.For([], _doh.Url + "?a", Time, tools));
        await ResolveAsync(NameResolvers.For([], _doh.Url + "?b", Time, tools));
        _doh.Asked.Should().HaveCount(4, "another query is another server");
        tools.Cache.Count.Should().Be(4);
    }

    [Fact]
    public async Task ManyAtOnce_AskOnce()
    {
        _dns.Behaviour = DnsBehaviour.LosesTheFirst;
        var resolver = All();
        var all = Enumerable.Range(0, 20).Select(_ => ResolveAsync(resolver)).ToArray();
        await _dns.NextAsync();
        await _dns.NextAsync();
        _dns.Asked.Should().HaveCount(2);
        Time.Advance(1.Seconds());
        foreach (var one in all)
            (await one).Should().ContainSingle();
    }

    [Theory]
    [InlineData("192.0.2.77", "192.0.2.77")]
    [InlineData("2001:db8::77", "2001:db8::77")]
    [InlineData("[2001:db8::77]", "2001:db8::77")]
    public async Task Literal_IsReturnedAsItIs(string host, string address)
    {
        (await ResolveAsync(All(), host)).Should().Equal(IPAddress.Parse(address));
        (await ResolveAsync(SystemResolver.Instance, host)).Should().Equal(IPAddress.Parse(address));
        _dns.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task Localhost_IsThisMachineWhateverTheServersSay()
    {
        _dns.Zone.Add("localhost", "203.0.113.1");
        (await ResolveAsync(All(), "LocalHost")).Should().Equal(IPAddress.IPv6Loopback, IPAddress.Loopback);
        _dns.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task NoHostName_IsNotAsked()
    {
        (await FailAsync(All(), "a..example")).Side.Should().Be(ErrorSide.Caller);
        _dns.Asked.Should().BeEmpty();
    }

    private INameResolver All() => Resolver([_dns.Address], _doh.Url, () => _client);
}
