using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Http;

/// <summary>Cancelling ends the socket in every state.</summary>
public sealed class HttpTransportCancelTests : IAsyncLifetime, IDisposable
{
    private readonly HttpTransport _transport = new(new TransportSettings(), TimeProvider.System);
    private readonly CancellationTokenSource _cancel = new();
    private MisbehavingServer _server = null!;

    public async Task InitializeAsync() => _server = await MisbehavingServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _transport.Dispose();
        _cancel.Dispose();
    }

    [Fact]
    public async Task BeforeTheStart_NothingIsSent()
    {
        await _cancel.CancelAsync();
        await CancelledAsync(SendAsync("/good"));
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task WaitingForTheAnswer_ClosesTheSocket()
    {
        _server.Gate.HoldAnswers();
        var send = SendAsync("/good");
        var request = await _server.Requests.ArrivalOf(1);
        await _cancel.CancelAsync();
        await CancelledAsync(send);
        await request.ClosedByClient.WaitAsync(Calls.Soon);
    }

    [Fact]
    public async Task WaitingInTheBody_ByTheCallsToken_ClosesTheSocket()
    {
        _server.Gate.HoldBodiesAfter(1000);
        await using var answer = await SendAsync("/good");
        await ReadExactlyAsync(answer, 1000);
        var read = answer.ReadAsync(new byte[100], CancellationToken.None).AsTask();
        await _cancel.CancelAsync();
        await CancelledAsync(read);
        await _server.Requests.Last.ClosedByClient.WaitAsync(Calls.Soon);
    }

    [Fact]
    public async Task WaitingInTheBody_ByTheReadsToken_ClosesTheSocket()
    {
        _server.Gate.HoldBodiesAfter(1000);
        await using var answer = await _transport.SendAsync(Calls.Get(_server.Url("/chunked")), null, CancellationToken.None);
        await ReadExactlyAsync(answer, 1000);
        var read = answer.ReadAsync(new byte[100], _cancel.Token).AsTask();
        await _cancel.CancelAsync();
        await CancelledAsync(read);
        await _server.Requests.Last.ClosedByClient.WaitAsync(Calls.Soon);
    }

    [Theory]
    [InlineData("/good")]
    [InlineData("/chunked")]
    public async Task DisposedBeforeTheEnd_ClosesTheSocket(string route)
    {
        _server.Gate.HoldBodiesAfter(1000);
        var answer = await SendAsync(route);
        await ReadExactlyAsync(answer, 500);
        await answer.DisposeAsync();
        await _server.Requests.Last.ClosedByClient.WaitAsync(Calls.Soon);
    }

    [Fact]
    public void Handler_NothingOfAnUnwantedBodyIsRead()
    {
        var settings = new TransportSettings();
        var factory = new HandlerFactory(
            settings, TimeProvider.System, new PolicyGuard(settings.Policy), ProxyEnvironment.Read(_ => null), _ => Ferry.Engine.Dns.SystemResolver.Instance);
        using var made = factory.Create(ConnectionProfile.Of(new RequestOptions()));
        var handler = made.Handler;
        handler.MaxResponseDrainSize.Should().Be(0, "a disposed body would be read on for up to two seconds");
        (handler.AllowAutoRedirect, handler.UseCookies, handler.UseProxy).Should().Be((false, false, false));
    }

    [Fact]
    public async Task NegotiatingTls_ClosesTheSocket()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var send = _transport.SendAsync(Calls.Get($"https://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/"), null, _cancel.Token);
        using var accepted = await silent.AcceptSocketAsync().WaitAsync(Calls.Soon);
        var buffer = new byte[4096];
        (await accepted.ReceiveAsync(buffer).WaitAsync(Calls.Soon)).Should().BePositive("the client says hello");
        await _cancel.CancelAsync();
        await CancelledAsync(send);
        await EndOf(accepted).WaitAsync(Calls.Soon);
    }

    [Fact]
    public async Task Connecting_EndsTheCall()
    {
        // A listener whose queue is full leaves further connections hanging.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var fillers = Enumerable.Range(0, 8).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToArray();
        foreach (var filler in fillers)
            _ = filler.ConnectAsync(full.LocalEndPoint!).ContinueWith(t => t.Exception, TaskScheduler.Default);
        var send = _transport.SendAsync(Calls.Get($"http://127.0.0.1:{((IPEndPoint)full.LocalEndPoint!).Port}/"), null, _cancel.Token);
        await _cancel.CancelAsync();
        await CancelledAsync(send);
        Array.ForEach(fillers, f => f.Dispose());
    }

    [Fact]
    public async Task AfterACancel_TheTransportGoesOn()
    {
        _server.Gate.HoldBodiesAfter(1000);
        var answer = await SendAsync("/good");
        await _cancel.CancelAsync();
        await answer.DisposeAsync();
        _server.Gate.Release();
        await using var next = await _transport.SendAsync(Calls.Get(_server.Url("/good?size=100")), null, CancellationToken.None);
        (await Calls.ReadAllAsync(next)).Should().Equal(Content.Bytes(1, 100));
    }

    private Task<HttpAnswer> SendAsync(string route) => _transport.SendAsync(Calls.Get(_server.Url(route)), null, _cancel.Token);

    private static async Task ReadExactlyAsync(HttpAnswer answer, int count)
    {
        for (var left = count; left > 0;)
            left -= await answer.ReadAsync(new byte[left], CancellationToken.None).AsTask().WaitAsync(Calls.Soon);
    }

    private static async Task CancelledAsync(Task task) =>
        await task.WaitAsync(Calls.Soon).Invoking(t => t).Should().ThrowAsync<OperationCanceledException>();

    private static async Task EndOf(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[4096]) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }
    }
}
