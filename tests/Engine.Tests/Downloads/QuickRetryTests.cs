using System.Net;
using System.Net.Sockets;
using System.Text;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>The one retry inside an attempt: a connection that is reset before the answer (docs/decisions/0003).</summary>
public sealed class QuickRetryTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ManualTimeProvider _time = new();
    private readonly TransferSettings _settings = new() { BootId = "boot-1" };
    private int _resets;
    private int _requests;

    [Fact]
    public async Task ResetBeforeTheAnswer_IsSentOnceMore_WithoutAJournaledRetry()
    {
        var run = await RunAsync(resets: 1, "GET", new RetryOptions());
        Encoding.ASCII.GetString(run.Body.Span).Should().Be("hello");
        run.Plans.Should().ContainSingle();
        run.Journal.OfType<RetryScheduled>().Should().BeEmpty();
        _requests.Should().Be(2);
    }

    [Fact]
    public async Task ResetTwice_BecomesAJournaledRetry()
    {
        var run = await RunAsync(resets: 2, "GET", new RetryOptions());
        Encoding.ASCII.GetString(run.Body.Span).Should().Be("hello");
        run.Journal.OfType<RetryScheduled>().Should().ContainSingle().Which.Error.Code.Should().Be(ErrorCode.ReceiveFailed);
        _requests.Should().Be(3);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("POST", true)]
    public async Task NotToBeRepeated_IsNotSentAgain(string method, bool retriesAsked)
    {
        var run = await RunAsync(resets: 1, method, retriesAsked ? new RetryOptions() : null);
        run.State.Outcome.Should().BeOfType<FailedOutcome>();
        _requests.Should().Be(1);
    }

    public void Dispose() => _listener.Dispose();

    private async Task<TransferDriver> RunAsync(int resets, string method, RetryOptions? retry)
    {
        _resets = resets;
        _listener.Start();
        _ = AnswerAsync();
        var url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/f";
        var request = RequestValidation.Validate(
            new TransferRequest { Id = "t", Url = url, Destination = new MemoryDestination(), Options = new RequestOptions { Method = method, Retry = retry } },
            () => throw new InvalidOperationException()).Request!;
        using var transport = new HttpTransport(new TransportSettings(), _time);
        var factory = new TransferWorkFactory(transport, _settings, _time, OpenGate.Instance);
        return await TransferDriver.RunAsync(request, factory, _settings, _time);
    }

    private async Task AnswerAsync()
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync();
            await socket.ReceiveAsync(buffer);
            if (++_requests <= _resets)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                continue;
            }
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
        }
    }
}
