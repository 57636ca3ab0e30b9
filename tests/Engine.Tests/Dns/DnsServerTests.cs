using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Dns;
using Ferry.Testing.Dns;
using FluentAssertions.Extensions;

namespace Ferry.Engine.Tests.Dns;

/// <summary>Custom DNS servers over real sockets.</summary>
public sealed class DnsServerTests : ResolverFixture
{
    [Fact]
    public async Task Good_BothFamiliesAreAskedTogether_IPv6First()
    {
        await using var server = Server();
        (await ResolveAsync(Resolver(server.Address))).Should().Equal(Six, Four);
        server.Asked.Select(a => (a.Name, a.Type, a.Transport, a.Extended)).Should().BeEquivalentTo(
            [(Host, DnsAnswers.A, "udp", true), (Host, DnsAnswers.Aaaa, "udp", true)]);
    }

    [Fact]
    public async Task Good_OnIPv6Loopback_IsReached()
    {
        if (!Socket.OSSupportsIPv6)
            return;
        await using var server = Server(address: IPAddress.IPv6Loopback);
        (await ResolveAsync(Resolver(server.Address))).Should().Equal(Six, Four);
    }

    [Fact]
    public async Task Good_NameBeyondAscii_IsAskedInPunycode()
    {
        await using var server = Server();
        server.Zone.Add("xn--bcher-kva.example", "192.0.2.9");
        (await ResolveAsync(Resolver(server.Address), "Bücher.example.")).Should().Equal(IPAddress.Parse("192.0.2.9"));
    }

    [Fact]
    public async Task Good_Alias_LeadsToItsAddresses()
    {
        await using var server = Server();
        server.Zone.AddAlias("www.example", "cdn.example").AddAlias("cdn.example", Host);
        (await ResolveAsync(Resolver(server.Address), "www.example")).Should().Equal(Six, Four);
    }

    [Fact]
    public async Task Questions_HaveIdsFromOutsideAndPortsOfTheirOwn()
    {
        await using var server = Server();
        var ids = new Queue<ushort>([0x1234, 0x4321]);
        await ResolveAsync(NameResolvers.For([server.Address], null, Time, new NameResolverTools { System = System, NewId = ids.Dequeue }));
        server.Asked.Select(a => a.Id).Should().BeEquivalentTo(new ushort[] { 0x1234, 0x4321 });
        server.Asked.Select(a => a.From!.Port).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Ids_ByDefault_CannotBeGuessed()
    {
        var tools = new NameResolverTools();
        Enumerable.Range(0, 1000).Select(_ => tools.NewId()).Distinct().Count().Should().BeGreaterThan(900, "65536 numbers are drawn from evenly");
    }

    [Fact]
    public async Task LostQuestion_IsAskedAgainAfterASecond()
    {
        await using var server = Server(DnsBehaviour.LosesTheFirst);
        var resolved = ResolveAsync(Resolver(server.Address));
        await server.NextAsync();
        await server.NextAsync();
        Time.Advance(1.Seconds());
        (await resolved).Should().Equal(Six, Four);
        server.Asked.GroupBy(a => (a.Type, a.Id, a.From!.Port)).Select(g => g.Count()).Should().Equal([2, 2], "the same question is sent again");
    }

    [Fact]
    public async Task Truncated_IsAskedAgainOverTcp()
    {
        await using var server = Server(DnsBehaviour.Truncates);
        for (var i = 0; i < 150; i++)
            server.Zone.Add("big.example", $"192.0.2.{i}");
        (await ResolveAsync(Resolver(server.Address), "big.example")).Should().HaveCount(150);
        server.Asked.Select(a => (a.Type, a.Transport)).Should().BeEquivalentTo(
            [(DnsAnswers.A, "udp"), (DnsAnswers.A, "tcp"), (DnsAnswers.Aaaa, "udp"), (DnsAnswers.Aaaa, "tcp")]);
    }

    [Fact]
    public async Task ForgedAnswers_ArePassedOver()
    {
        await using var server = Server(DnsBehaviour.ForgedFirst);
        (await ResolveAsync(Resolver(server.Address))).Should().Equal(Six, Four);
    }

    [Fact]
    public async Task NoExtensions_IsAskedAgainWithoutThem()
    {
        await using var server = Server(DnsBehaviour.NoExtensions);
        (await ResolveAsync(Resolver(server.Address))).Should().Equal(Six, Four);
        server.Asked.Where(a => a.Type == DnsAnswers.A).Select(a => a.Extended).Should().Equal(true, false);
    }

    [Theory]
    [InlineData(DnsBehaviour.Silent)]
    [InlineData(DnsBehaviour.WrongId)]
    [InlineData(DnsBehaviour.WrongQuestion)]
    [InlineData(DnsBehaviour.FromAnotherPort)]
    [InlineData(DnsBehaviour.Garbage)]
    [InlineData(DnsBehaviour.CompressionLoop)]
    [InlineData(DnsBehaviour.SilentOverTcp)]
    public async Task NoUsableAnswerInTime_TheNextServerIsAsked(DnsBehaviour behaviour)
    {
        await using var server = Liar(behaviour);
        await using var next = Server();
        var resolved = ResolveAsync(Resolver(server.Address, next.Address));
        for (var questions = behaviour == DnsBehaviour.SilentOverTcp ? 4 : 2; questions > 0; questions--)
            await server.NextAsync();
        next.Asked.Should().BeEmpty();

        Time.Advance(3.Seconds());

        (await resolved).Should().Equal(Six, Four);
        OpenSockets.To(server.Port, "udp").Should().Be(0);
        OpenSockets.To(server.Port, "tcp").Should().Be(0);
        Time.ArmedTimers.Should().Be(0);
    }

    [Theory]
    [InlineData(DnsBehaviour.ServerFailure, "answered SERVFAIL")]
    [InlineData(DnsBehaviour.Refuses, "answered REFUSED")]
    [InlineData(DnsBehaviour.BadVersion, "answered with the code 16")]
    [InlineData(DnsBehaviour.Refers, "does not look names up for others")]
    [InlineData(DnsBehaviour.AliasLoop, "answered with aliases that do not end")]
    [InlineData(DnsBehaviour.TruncatesAlways, "cut its answer off")]
    [InlineData(DnsBehaviour.CutsTcp, "broke the connection off")]
    [InlineData(DnsBehaviour.WrongIdOverTcp, "answered another question")]
    public async Task NoUsableAnswer_TheNextServerIsAskedAtOnce_AndTheErrorSaysWhy(DnsBehaviour behaviour, string said)
    {
        await using var server = Liar(behaviour);
        await using var next = Server();
        (await ResolveAsync(Resolver(server.Address, next.Address))).Should().Equal(Six, Four);

        var error = await FailAsync(Resolver(server.Address));
        error.Message.Should().Be(
            $"The name of {Host} could not be resolved: the DNS server {server.Address} {said}, and the system could not resolve it.");
        error.RetryCanHelp.Should().BeTrue();
    }

    [Fact]
    public async Task NobodyListens_TheNextServerIsAskedAtOnce()
    {
        string gone;
        await using (var closed = Server())
            gone = closed.Address;
        await using var next = Server();
        (await ResolveAsync(Resolver(gone, next.Address))).Should().Equal(Six, Four);
        (await FailAsync(Resolver(gone))).Message.Should().Contain($"the DNS server {gone} is not there");
    }

    [Fact]
    public async Task NoAnswerAboutIPv6_IPv4IsGivenHalfASecondLaterAndKeptForTenSeconds()
    {
        await using var server = Server(DnsBehaviour.IgnoresIPv6Questions);
        var resolver = Resolver(server.Address);
        var resolved = ResolveAsync(resolver);
        await UntilAsync(() => Time.UntilNextTimer == 500.Milliseconds());
        Time.Advance(500.Milliseconds());
        (await resolved).Should().Equal(Four);
        OpenSockets.To(server.Port, "udp").Should().Be(0);

        server.Behaviour = DnsBehaviour.Good;
        Time.Advance(10.Seconds() - 1.Milliseconds());
        (await ResolveAsync(resolver)).Should().Equal(Four);
        Time.Advance(1.Milliseconds());
        (await ResolveAsync(resolver)).Should().Equal(Six, Four);
    }

    [Fact]
    public async Task FailureAboutIPv6_IPv4IsGivenAtOnce()
    {
        await using var server = Server(DnsBehaviour.FailsIPv6Questions);
        (await ResolveAsync(Resolver(server.Address))).Should().Equal(Four);
    }

    [Theory]
    [InlineData(DnsBehaviour.Silent, "udp", 2)]
    [InlineData(DnsBehaviour.SilentOverTcp, "tcp", 4)]
    public async Task Cancel_WhileAsking_ClosesEverySocket(DnsBehaviour behaviour, string protocol, int questions)
    {
        await using var server = Server(behaviour);
        using var cancel = new CancellationTokenSource();
        var resolved = ResolveAsync(Resolver(server.Address), Host, cancel.Token);
        for (; questions > 0; questions--)
            await server.NextAsync();
        OpenSockets.To(server.Port, protocol).Should().Be(2);

        await cancel.CancelAsync();

        await resolved.Invoking(r => r).Should().ThrowAsync<OperationCanceledException>();
        await UntilAsync(() => OpenSockets.To(server.Port, "udp") + OpenSockets.To(server.Port, "tcp") == 0);
        await UntilAsync(() => Time.ArmedTimers == 0);
        System.Asked.Should().BeEmpty("a cancelled lookup does not go on to the system");
    }

    // What it says is not what the next server says.
    private static DnsTestServer Liar(DnsBehaviour behaviour)
    {
        var server = DnsTestServer.Start(behaviour);
        server.Zone.Add(Host, DnsAnswers.Forged);
        return server;
    }

    private static DnsTestServer Server(DnsBehaviour behaviour = DnsBehaviour.Good, IPAddress? address = null)
    {
        var server = DnsTestServer.Start(behaviour, address);
        server.Zone.Add(Host, $"{Four}").Add(Host, $"{Six}");
        return server;
    }
}
