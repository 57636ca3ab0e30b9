using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Tests.Dns;

public sealed class SystemResolverTests : ResolverFixture
{
    [Fact]
    public async Task Localhost_OnThisMachine_IsLoopback() =>
        (await ResolveAsync(SystemResolver.Instance, "localhost")).Should().NotBeEmpty().And.OnlyContain(a => IPAddress.IsLoopback(a));

    [Fact]
    public async Task Name_IsAskedInPunycode()
    {
        var asked = "";
        var resolver = new SystemResolver((name, _) =>
        {
            asked = name;
            return Task.FromResult<IPAddress[]>([Four]);
        });
        (await ResolveAsync(resolver, "Bücher.example.")).Should().Equal(Four);
        asked.Should().Be("xn--bcher-kva.example.", "the dot at the end keeps search domains away");
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, false)]
    [InlineData(SocketError.TryAgain, true)]
    public async Task NotFound_IsNotResolved(SocketError said, bool retryCanHelp)
    {
        var error = await FailAsync(new SystemResolver((_, _) => Task.FromException<IPAddress[]>(new SocketException((int)said))));
        error.RetryCanHelp.Should().Be(retryCanHelp);
    }

    [Fact]
    public async Task NoAddresses_IsNotResolved() => await FailAsync(new SystemResolver((_, _) => Task.FromResult<IPAddress[]>([])));

    [Fact]
    public async Task Cancelled_WhileTheSystemLooks_EndsAtOnce()
    {
        var never = new TaskCompletionSource<IPAddress[]>();
        using var cancel = new CancellationTokenSource();
        var resolved = ResolveAsync(new SystemResolver((_, _) => never.Task), Host, cancel.Token);
        await cancel.CancelAsync();
        await resolved.Invoking(r => r).Should().ThrowAsync<OperationCanceledException>();
    }
}
