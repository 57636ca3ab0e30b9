using System.Net;
using Ferry.Engine.Dns;
using Ferry.Testing.Dns;

namespace Ferry.Engine.Tests.Dns;

public sealed class DnsReplyTests
{
    private const int Ok = 0x8180;
    private const int NoSuchName = 0x8183;
    private static readonly DnsQuestion Four = new("a.example", DnsType.A);
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Two = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress Six = IPAddress.Parse("2001:db8::1");

    [Fact]
    public void Of_Addresses_InTheServersOrderOnceEachForTheShortestTtl() =>
        Found(Answer().Address("a.example", "192.0.2.2", 60).Address("a.example", "192.0.2.1", 30).Address("a.example", "192.0.2.2", 90))
            .Should().BeEquivalentTo(new AddressesFound([Two, One], 30), o => o.WithStrictOrdering());

    [Fact]
    public void Of_Aliases_AreFollowedInAnyOrderForTheShortestTtlOnTheWay()
    {
        var found = Found(Answer().Address("c.example", "192.0.2.1", 300).Alias("b.example", "c.example", 20).Alias("a.example", "b.example", 100));
        found.Addresses.Should().Equal(One);
        found.Seconds.Should().Be(20);
    }

    [Fact]
    public void Of_AddressesOfAnotherNameOrFamily_AreNotBelieved() =>
        Of(Answer().Address("evil.example", "192.0.2.1").Address("a.example", "2001:db8::1")).Should().Be(new NothingThere(NoSuchName: false, 5));

    [Fact]
    public void Of_SixteenAliases_AreFollowed_AndNoMore()
    {
        Of(Chain(16)).Should().BeOfType<AddressesFound>();
        Of(Chain(17)).Should().BeOfType<NotAnswered>().Which.Reason.Should().Contain("do not end");
    }

    [Fact]
    public void Of_AliasesInACircle_IsNoAnswer() =>
        Of(Answer().Alias("a.example", "b.example").Alias("b.example", "a.example")).Should().BeOfType<NotAnswered>();

    [Fact]
    public void Of_AliasWithoutAnAddress_IsNothingThere() =>
        Of(Answer().Alias("a.example", "b.example")).Should().Be(new NothingThere(NoSuchName: false, 5));

    [Theory]
    [InlineData(30u, 40u, 30u)]
    [InlineData(40u, 30u, 30u)]
    [InlineData(900u, 900u, 60u)]
    [InlineData(0u, 40u, 0u)]
    public void Of_Negative_IsKeptForTheLessOfTtlAndMinimumAndAMinute(uint ttl, uint minimum, uint kept)
    {
        Of(Answer(NoSuchName).Authority("example", ttl, minimum)).Should().Be(new NothingThere(NoSuchName: true, kept));
        Of(Answer().Authority("example", ttl, minimum)).Should().Be(new NothingThere(NoSuchName: false, kept));
    }

    [Fact]
    public void Of_NegativeWithoutAuthority_IsKeptForFiveSeconds() => Of(Answer(NoSuchName)).Should().Be(new NothingThere(NoSuchName: true, 5));

    [Theory]
    [InlineData(1, "FORMERR")]
    [InlineData(2, "SERVFAIL")]
    [InlineData(4, "NOTIMP")]
    [InlineData(5, "REFUSED")]
    [InlineData(9, "the code 9")]
    public void Of_AnyOtherCode_IsNoAnswer(int code, string named) =>
        Of(Answer(Ok | code).Address("a.example", "192.0.2.1")).Should().BeOfType<NotAnswered>().Which.Reason.Should().Contain(named);

    [Fact]
    public void Of_Referral_IsNoAnswer_AndNoDataIsOne()
    {
        Of(Answer().NameServer("example", "ns.example")).Should().BeOfType<NotAnswered>();
        Of(Answer().NameServer("example", "ns.example").Authority("example", 30, 30)).Should().BeOfType<NothingThere>();
    }

    [Fact]
    public void Together_Both_IPv6FirstForTheShorterTtl() =>
        DnsReply.Together(new AddressesFound([Six], 50), new AddressesFound([One, Two], 40))
            .Should().BeEquivalentTo(new AddressesFound([Six, One, Two], 40), o => o.WithStrictOrdering());

    [Fact]
    public void Together_OneFamilyOnly_IsWhole()
    {
        DnsReply.Together(new NothingThere(NoSuchName: false, 5), new AddressesFound([One], 40)).Should().BeEquivalentTo(new AddressesFound([One], 40));
        DnsReply.Together(new AddressesFound([Six], 40), new NothingThere(NoSuchName: true, 5)).Should().BeEquivalentTo(new AddressesFound([Six], 40));
    }

    [Theory]
    [InlineData(40u, 10u)]
    [InlineData(3u, 3u)]
    public void Together_OneFamilyFailed_IsKeptBriefly(uint ttl, uint kept)
    {
        DnsReply.Together(new NotAnswered("x"), new AddressesFound([One], ttl)).Should().BeEquivalentTo(new AddressesFound([One], kept));
        DnsReply.Together(new AddressesFound([Six], ttl), new NotAnswered("x")).Should().BeEquivalentTo(new AddressesFound([Six], kept));
    }

    [Fact]
    public void Together_Negative_OnlyWhereBothAre()
    {
        DnsReply.Together(new NothingThere(NoSuchName: true, 5), new NothingThere(NoSuchName: true, 30)).Should().Be(new NothingThere(NoSuchName: true, 5));
        DnsReply.Together(new NothingThere(NoSuchName: true, 5), new NothingThere(NoSuchName: false, 3)).Should().Be(new NothingThere(NoSuchName: false, 3));
        DnsReply.Together(new NothingThere(NoSuchName: true, 5), new NotAnswered("x")).Should().Be(new NotAnswered("x"));
        DnsReply.Together(new NotAnswered("x"), new NothingThere(NoSuchName: true, 5)).Should().Be(new NotAnswered("x"));
    }

    private static DnsMessageWriter Answer(int flags = Ok) => new(7, flags, "a.example", 1);

    private static DnsMessageWriter Chain(int aliases)
    {
        var answer = Answer();
        for (var i = 0; i < aliases; i++)
            answer.Alias(i == 0 ? "a.example" : $"{i}.example", $"{i + 1}.example");
        return answer.Address($"{aliases}.example", "192.0.2.1");
    }

    private static AddressesFound Found(DnsMessageWriter answer) => Of(answer).Should().BeOfType<AddressesFound>().Subject;

    private static DnsReply Of(DnsMessageWriter answer)
    {
        var message = DnsMessage.TryRead(answer.ToArray(), out var problem);
        problem.Should().BeNull();
        return DnsReply.Of(message!, Four);
    }
}
