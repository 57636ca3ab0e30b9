using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ferry.Engine.Tests.Http;

/// <summary>performanceTiming: each phase where it happens, and none that does not.</summary>
public sealed class TimingTests
{
    private static readonly TimeSpan Ms = TimeSpan.FromMilliseconds(1);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Connecting_EachStep_IsStampedWhereItEnds()
    {
        var (timing, hop) = Begin();
        using var watch = new CallWatch(_time, new RequestOptions(), CancellationToken.None);
        var scope = new ConnectScope(watch, _time, TimeSpan.Zero, hop);
        scope.Begin();
        Pass(3);
        scope.Reach(ErrorStage.Connecting);
        Pass(4);
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        scope.Attach(socket);
        Pass(5);
        scope.End();
        using var connection = new TimedStream(Stream.Null, hop);
        Pass(6);
        hop.Sent(connection);
        Pass(7);
        hop.Received();
        Pass(8);
        timing.HeaderEnded(hop);
        Pass(9);
        timing.BodyEnded();
        Pass(10);
        timing.Read().Should().Be(new PerformanceTiming
        {
            DnsTiming = 3,
            TcpTiming = 7,
            TlsTiming = 12,
            FirstSendTiming = 18,
            FirstReceiveTiming = 25,
            ResponseHeaderTiming = 33,
            ResponseBodyTiming = 42,
            TotalFinishTiming = 42,
            TotalTiming = 52,
        });
    }

    [Fact]
    public void Connecting_LiteralAddressWithoutTls_TheseAreZero()
    {
        var (timing, hop) = Begin(resolves: false, secures: false);
        Pass(1);
        hop.Resolved();
        Pass(1);
        hop.Connected();
        hop.Ready();
        timing.HeaderEnded(hop);
        timing.Read().Should().Match<PerformanceTiming>(t => t.DnsTiming == 0 && t.TcpTiming == 2 && t.TlsTiming == 0);
    }

    [Fact]
    public void Connecting_ButAnotherConnectionServed_ItCostTheRequestNothing()
    {
        var (timing, hop) = Begin();
        using var older = new TimedStream(Stream.Null, madeFor: null);
        Pass(1);
        hop.Resolved();
        hop.Sent(older);
        Pass(1);
        hop.Connected();
        hop.Ready();
        hop.Received();
        timing.HeaderEnded(hop);
        timing.Read().Should().Match<PerformanceTiming>(
            t => t.DnsTiming == 0 && t.TcpTiming == 0 && t.TlsTiming == 0 && t.FirstSendTiming == 1 && t.FirstReceiveTiming == 2);
    }

    [Fact]
    public void Sending_PooledConnectionWasDead_TheNewOneCounts()
    {
        var (timing, hop) = Begin();
        using var dead = new TimedStream(Stream.Null, madeFor: null);
        using var made = new TimedStream(Stream.Null, hop);
        Pass(1);
        hop.Sent(dead);
        Pass(1);
        hop.Resolved();
        hop.Connected();
        hop.Ready();
        Pass(1);
        hop.Sent(made);
        hop.Sent(made);
        timing.HeaderEnded(hop);
        timing.Read().Should().Match<PerformanceTiming>(t => t.DnsTiming == 2 && t.TlsTiming == 2 && t.FirstSendTiming == 3);
    }

    [Fact]
    public async Task Call_ManualClock_WaitsOfTheServerAreSeenInTheirPhases()
    {
        using var server = new ScriptedServer((number, _) =>
        {
            Pass(number == 1 ? 5 : 20);
            return number == 1 ? "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        });
        using var transport = new HttpTransport(new TransportSettings(), _time);
        await using var answer = await transport.SendAsync(Calls.Get(server.Url("/")), null, CancellationToken.None).WaitAsync(Calls.Soon);
        Pass(30);
        await Calls.ReadAllAsync(answer);
        answer.Timing.Should().Be(new PerformanceTiming
        {
            RedirectTiming = 5,
            FirstSendTiming = 5,
            FirstReceiveTiming = 25,
            ResponseHeaderTiming = 25,
            ResponseBodyTiming = 55,
            TotalFinishTiming = 55,
            TotalTiming = 55,
        });
    }

    [Fact]
    public async Task Call_PartOfAnAttempt_CountsFromItsBeginning()
    {
        using var server = new ScriptedServer((_, _) => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var transport = new HttpTransport(new TransportSettings(), _time);
        var began = _time.GetTimestamp();
        Pass(40);
        await using var answer = await transport.SendAsync(Calls.Get(server.Url("/")) with { Began = began }, null, CancellationToken.None);
        answer.Timing.ResponseHeaderTiming.Should().Be(40);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, 1)]
    [InlineData(HttpProtocols.Http2, 2)]
    public async Task Call_OverTls_PhasesAreInOrder_AndAReusedConnectionHasNone(HttpProtocols protocols, int version)
    {
        await using var server = await TlsServer.StartAsync(protocols);
        // A clock that moves with every look at it: phases in order are told apart.
        var clock = new TickingTimeProvider();
        using var handler = new HandlerFactory(new TransportSettings(), clock).Create();
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
        using var invoker = new HttpMessageInvoker(handler);

        var first = await CallAsync(invoker, clock, server.Url("/"), version);
        double[] phases =
        [
            0, first.DnsTiming, first.TcpTiming, first.TlsTiming, first.FirstSendTiming, first.FirstReceiveTiming, first.ResponseHeaderTiming,
            first.ResponseBodyTiming, first.TotalTiming,
        ];
        phases.Should().BeInAscendingOrder();
        (first.DnsTiming, first.TcpTiming, first.TlsTiming).Should().Match<(double Dns, double Tcp, double Tls)>(p => p.Dns > 0 && p.Tcp > p.Dns && p.Tls > p.Tcp);
        first.RedirectTiming.Should().Be(0);
        first.TotalFinishTiming.Should().Be(first.ResponseBodyTiming);

        var second = await CallAsync(invoker, clock, server.Url("/"), version);
        (second.DnsTiming, second.TcpTiming, second.TlsTiming).Should().Be((0, 0, 0));
        new[] { 0, second.FirstSendTiming, second.FirstReceiveTiming, second.ResponseHeaderTiming, second.ResponseBodyTiming }.Should().BeInAscendingOrder();
        second.FirstSendTiming.Should().BePositive();

        var third = await CallAsync(invoker, clock, server.Url("/redirect"), version);
        third.RedirectTiming.Should().BePositive().And.BeLessThan(third.FirstSendTiming);
        server.Connections.Should().Be(1);
    }

    private static async Task<PerformanceTiming> CallAsync(HttpMessageInvoker invoker, TimeProvider clock, string url, int version)
    {
        var call = Calls.Get(url);
        using var watch = new CallWatch(clock, call.Request.Options, CancellationToken.None);
        await using var answer = await new HttpExchange(invoker, new TransportSettings(), clock, call, watch).RunAsync(null).WaitAsync(Calls.Soon);
        answer.Head.HttpVersion.Major.Should().Be(version);
        (await Calls.ReadAllAsync(answer)).Should().Equal("hello"u8.ToArray());
        return answer.Timing;
    }

    private (CallTiming Call, HopTiming Hop) Begin(bool resolves = true, bool secures = true)
    {
        var timing = new CallTiming(_time, _time.GetTimestamp());
        return (timing, timing.BeginRequest(resolves, secures));
    }

    private void Pass(int milliseconds) => _time.Advance(milliseconds * Ms);

    /// <summary>A millisecond passes with each look at the clock.</summary>
    private sealed class TickingTimeProvider : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }

    /// <summary>Kestrel with TLS on a name of the loopback.</summary>
    private sealed class TlsServer(WebApplication app, X509Certificate2 certificate) : IAsyncDisposable
    {
        private readonly HashSet<string> _connections = [];

        public int Connections => _connections.Count;

        public static async Task<TlsServer> StartAsync(HttpProtocols protocols)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
            var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
            {
                l.Protocols = protocols;
                l.UseHttps(certificate);
            }));
            var server = new TlsServer(builder.Build(), certificate);
            server.Map();
            await server.StartAsync();
            return server;
        }

        public string Url(string path) => $"https://localhost:{Port}{path}";

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            certificate.Dispose();
        }

        private int Port => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

        private Task StartAsync() => app.StartAsync();

        private void Map() => app.Run(context =>
        {
            lock (_connections)
                _connections.Add(context.Connection.Id);
            if (context.Request.Path == "/redirect")
            {
                context.Response.Redirect("/");
                return Task.CompletedTask;
            }
            return context.Response.WriteAsync("hello");
        });
    }
}
