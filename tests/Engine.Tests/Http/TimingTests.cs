using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Time;
using Ferry.Testing.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;

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
        using var authority = new TestAuthority();
        using var certificate = authority.Issue();
        await using var server = await TlsServer.StartAsync(new TlsServerSettings(certificate) { Protocols = protocols });
        using var anchors = new TemporaryFile(authority.RootPem);
        // A clock that moves with every look at it: phases in order are told apart.
        using var transport = new HttpTransport(new TransportSettings(), new TickingTimeProvider());

        var first = await CallAsync(transport, anchors.Path, server.Url("/"), version);
        double[] phases =
        [
            0, first.DnsTiming, first.TcpTiming, first.TlsTiming, first.FirstSendTiming, first.FirstReceiveTiming, first.ResponseHeaderTiming,
            first.ResponseBodyTiming, first.TotalTiming,
        ];
        phases.Should().BeInAscendingOrder();
        (first.DnsTiming, first.TcpTiming, first.TlsTiming).Should().Match<(double Dns, double Tcp, double Tls)>(p => p.Dns > 0 && p.Tcp > p.Dns && p.Tls > p.Tcp);
        first.RedirectTiming.Should().Be(0);
        first.TotalFinishTiming.Should().Be(first.ResponseBodyTiming);

        var second = await CallAsync(transport, anchors.Path, server.Url("/"), version);
        (second.DnsTiming, second.TcpTiming, second.TlsTiming).Should().Be((0, 0, 0));
        new[] { 0, second.FirstSendTiming, second.FirstReceiveTiming, second.ResponseHeaderTiming, second.ResponseBodyTiming }.Should().BeInAscendingOrder();
        second.FirstSendTiming.Should().BePositive();

        var third = await CallAsync(transport, anchors.Path, server.Url("/redirect?to=/"), version);
        third.RedirectTiming.Should().BePositive().And.BeLessThan(third.FirstSendTiming);
        server.Connections.Should().Be(1);
    }

    private static async Task<PerformanceTiming> CallAsync(HttpTransport transport, string anchors, string url, int version)
    {
        var call = Calls.Get(url, o => o with { CaPath = anchors });
        await using var answer = await transport.SendAsync(call, null, CancellationToken.None).WaitAsync(Calls.Soon);
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

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }

    /// <summary>A millisecond passes with each look at the clock.</summary>
    private sealed class TickingTimeProvider : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }
}
