using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Http;

public sealed class HttpTransportConnectTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Send_HostWithTwoFamilies_TheOneThatAnswersIsUsed()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var transport = new HttpTransport(new TransportSettings(), TimeProvider.System);
        var url = server.Url("/good?size=10").Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await using var answer = await transport.SendAsync(Calls.Get(url), null, CancellationToken.None).WaitAsync(Calls.Soon);
        answer.Head.Status.Should().Be(200);
    }

    [Fact]
    public async Task Send_TlsIsNeverAnswered_TimedOutByTheConnectTimeoutAndClosed()
    {
        using var transport = new HttpTransport(new TransportSettings(), _time);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var call = Calls.Get(
            $"https://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/",
            o => o with { ConnectTimeout = TimeSpan.FromSeconds(7), ReadTimeout = TimeSpan.FromSeconds(3) });
        var send = transport.SendAsync(call, null, CancellationToken.None);
        using var accepted = await silent.AcceptSocketAsync().WaitAsync(Calls.Soon);
        (await accepted.ReceiveAsync(new byte[4096]).WaitAsync(Calls.Soon)).Should().BePositive();
        _time.Advance(TimeSpan.FromSeconds(7));
        var error = await FailureOf(send);
        (error.Code, error.Stage, error.RetryCanHelp).Should().Be((ErrorCode.TimedOut, ErrorStage.Securing, true));
        error.Message.Should().Contain("connect timeout of 7 s");
    }

    [Fact]
    public async Task Send_TlsFails_NoTimerIsLeft()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var transport = new HttpTransport(new TransportSettings(), _time);
        var before = _time.ArmedTimers;
        var error = await FailureOf(transport.SendAsync(Calls.Get(server.Url("/good").Replace("http:", "https:", StringComparison.Ordinal)), null, CancellationToken.None));
        error.Stage.Should().Be(ErrorStage.Securing);
        _time.ArmedTimers.Should().Be(before);
    }

    [Fact]
    public async Task Send_CertificateNobodyTrusts_PeerCertificate()
    {
        using var transport = new HttpTransport(new TransportSettings(), TimeProvider.System);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serve = ServeTlsAsync(listener);
        var error = await FailureOf(transport.SendAsync(
            Calls.Get($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), null, CancellationToken.None));
        (error.Code, error.Stage, error.RetryCanHelp).Should().Be((ErrorCode.PeerCertificate, ErrorStage.Securing, false));
        await serve.WaitAsync(Calls.Soon);
    }

    [Fact]
    public async Task Send_ServerIsNotTls_CannotConnect()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var transport = new HttpTransport(new TransportSettings(), TimeProvider.System);
        var url = server.Url("/good").Replace("http:", "https:", StringComparison.Ordinal);
        var error = await FailureOf(transport.SendAsync(Calls.Get(url), null, CancellationToken.None));
        (error.Code, error.Stage).Should().Be((ErrorCode.CannotConnect, ErrorStage.Securing));
    }

    [Fact]
    public void ConnectScope_Cancelled_TheSocketIsClosedAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        using var watch = new CallWatch(_time, new RequestOptions(), cancel.Token);
        var scope = new ConnectScope(watch, _time, TimeSpan.FromSeconds(60), Timing(watch));
        scope.Begin();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        scope.Attach(socket);
        cancel.Cancel();
        socket.SafeHandle.IsClosed.Should().BeTrue();
        scope.Token.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void ConnectScope_CancelledBeforeTheSocketCame_ItIsClosedWhenItComes()
    {
        using var cancel = new CancellationTokenSource();
        using var watch = new CallWatch(_time, new RequestOptions(), cancel.Token);
        var scope = new ConnectScope(watch, _time, TimeSpan.Zero, Timing(watch));
        scope.Begin();
        cancel.Cancel();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        scope.Attach(socket);
        socket.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Fact]
    public void ConnectScope_Connected_LaterCancelsLeaveTheSocketToThePool()
    {
        using var cancel = new CancellationTokenSource();
        using var watch = new CallWatch(_time, new RequestOptions(), cancel.Token);
        var scope = new ConnectScope(watch, _time, TimeSpan.FromSeconds(60), Timing(watch));
        scope.Begin();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        scope.Attach(socket);
        scope.End();
        cancel.Cancel();
        _time.Advance(TimeSpan.FromMinutes(5));
        socket.SafeHandle.IsClosed.Should().BeFalse();
        scope.Expired.Should().BeNull();
    }

    private HopTiming Timing(CallWatch watch) => new CallTiming(_time, watch.Started).BeginRequest(resolves: true, secures: true);

    private static async Task ServeTlsAsync(TcpListener listener)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            _ = await tls.ReadAsync(new byte[1]);
        }
        catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client refuses the certificate: that is the point.
        }
    }

    private static async Task<TransferError> FailureOf(Task task) =>
        (await task.WaitAsync(Calls.Soon).Invoking(t => t).Should().ThrowAsync<TransferException>()).Which.Error;
}
