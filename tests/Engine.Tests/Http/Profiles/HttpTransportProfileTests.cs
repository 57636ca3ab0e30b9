using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;
using Ferry.Testing.Tls;

namespace Ferry.Engine.Tests.Http.Profiles;

/// <summary>Which requests share connections.</summary>
public sealed class HttpTransportProfileTests : ConnectionTest, IAsyncLifetime
{
    private MisbehavingServer _server = null!;

    public async Task InitializeAsync() => _server = await MisbehavingServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task SameProfile_OneConnection_AnotherProfile_Another()
    {
        await GetAsync(Url);
        await GetAsync(Url, o => o with { Priority = 9 });
        await GetAsync(Url, o => o with { DnsServers = ["192.0.2.1"] });
        await GetAsync(Url, o => o with { DnsServers = new List<string> { "192.0.2.1" } });
        var connections = _server.Requests.All.Select(r => r.Connection).ToArray();
        connections.Distinct().Should().HaveCount(2);
        connections[1].Should().Be(connections[0]);
        connections[3].Should().Be(connections[2]);
    }

    [Fact]
    public async Task MoreProfilesThanKept_TheOldestIsClosed_NotWhileItsAnswerIsRead()
    {
        Settings = Settings with { MaxConnectionProfiles = 1 };
        _server.Gate.HoldBodiesAfter(1000);
        var answer = await SendAsync(Url.Replace("size=10", "size=100000", StringComparison.Ordinal));
        var read = Calls.ReadAllAsync(answer);
        var other = GetAsync(Url, o => o with { DnsServers = ["192.0.2.1"] });
        await _server.Requests.ArrivalOf(2);
        _server.Gate.Release();
        (await other.WaitAsync(Calls.Soon)).Body.Should().HaveLength(10);
        (await read.WaitAsync(Calls.Soon)).Should().Equal(Content.Bytes(1, 100000));
        await answer.DisposeAsync();

        await GetAsync(Url);
        var connections = _server.Requests.All.Select(r => r.Connection).ToArray();
        connections[2].Should().NotBe(connections[0], "its pool went with its last answer");
    }

    [Fact]
    public async Task FailedCall_GivesItsProfileBack()
    {
        Settings = Settings with { MaxConnectionProfiles = 1 };
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var failing = FailAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        using var accepted = await listener.AcceptSocketAsync().WaitAsync(Calls.Soon);
        (await accepted.ReceiveAsync(new byte[4096]).WaitAsync(Calls.Soon)).Should().BePositive();
        await accepted.SendAsync("HTTP/1.1 302 Found\r\nLocation: ftp://x/\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        (await failing).Code.Should().Be(ErrorCode.UnsupportedProtocol);

        await GetAsync(Url, o => o with { DnsServers = ["192.0.2.1"] });
        (await accepted.ReceiveAsync(new byte[1]).WaitAsync(Calls.Soon)).Should().Be(0, "its pool went at once, for no call uses it");
    }

    [Fact]
    public async Task Disposed_EveryCallFails()
    {
        Transport.Dispose();
        (await FailAsync(Url)).Code.Should().Be(ErrorCode.Unknown);
    }

    [Fact]
    public async Task ParallelHandshakes_OfOneProfile_AllGood()
    {
        await using var server = await TlsServer.StartAsync(new TlsServerSettings(Authority.Issue()));
        var requests = Enumerable.Range(0, 24).Select(_ => GetAsync(server.Url("/hello"), o => Trusting(o) with { UsingProtocol = HttpProtocol.Http11 }));
        (await Task.WhenAll(requests)).Should().OnlyContain(r => r.Body == "hello");
    }

    private string Url => _server.Url("/good?size=10");
}
