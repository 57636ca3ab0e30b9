using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Http;

/// <summary>Time limits, with a clock that only the test moves.</summary>
public sealed class HttpTransportLimitTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly HttpTransport _transport;
    private MisbehavingServer _server = null!;

    public HttpTransportLimitTests() => _transport = new HttpTransport(new TransportSettings(), _time);

    public async Task InitializeAsync() => _server = await MisbehavingServer.StartAsync();

    public async Task DisposeAsync()
    {
        _transport.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Send_SilentBeforeTheAnswer_TimedOutAndTheSocketClosed()
    {
        _server.Gate.HoldAnswers();
        var send = SendAsync(o => o with { ReadTimeout = TimeSpan.FromSeconds(5) });
        var request = await _server.Requests.ArrivalOf(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        var error = await FailureOf(send);
        (error.Code, error.Stage, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.TimedOut, ErrorStage.Answering, ErrorSide.Network, true));
        error.Message.Should().Contain("5 s");
        await request.ClosedByClient.WaitAsync(Calls.Soon);
    }

    [Fact]
    public async Task Read_SilentInTheBody_TimedOutAndTheSocketClosed()
    {
        _server.Gate.HoldBodiesAfter(1000);
        await using var answer = await SendAsync(o => o with { ReadTimeout = TimeSpan.FromSeconds(60) });
        await ReadExactlyAsync(answer, 1000);
        var read = answer.ReadAsync(new byte[100], CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(60));
        (await FailureOf(read)).Should().Match<TransferError>(e => e.Code == ErrorCode.TimedOut && e.Stage == ErrorStage.Receiving);
        await _server.Requests.Last.ClosedByClient.WaitAsync(Calls.Soon);
    }

    [Fact]
    public async Task Read_SlowButNeverSilentForLong_GoesOn()
    {
        _server.Gate.HoldBodiesAfter(1000);
        await using var answer = await SendAsync(o => o with { ReadTimeout = TimeSpan.FromSeconds(60) });
        await ReadExactlyAsync(answer, 1000);
        for (var i = 2; i <= 5; i++)
        {
            var read = answer.ReadAsync(new byte[1], CancellationToken.None).AsTask();
            _time.Advance(TimeSpan.FromSeconds(59));
            _server.Gate.HoldBodiesAfter(i * 1000);
            (await read.WaitAsync(Calls.Soon)).Should().Be(1);
            await ReadExactlyAsync(answer, 999);
        }
    }

    [Fact]
    public async Task Read_ReaderIsSlow_NotTheServersSilence()
    {
        await using var answer = await SendAsync(o => o with { ReadTimeout = TimeSpan.FromSeconds(60) });
        await ReadExactlyAsync(answer, 1000);
        _time.Advance(TimeSpan.FromHours(1));
        (await Calls.ReadAllAsync(answer)).Should().HaveCount(1024 * 1024 - 1000);
    }

    [Fact]
    public async Task Read_NoReadTimeout_WaitsForEver()
    {
        _server.Gate.HoldBodiesAfter(1000);
        await using var answer = await SendAsync(o => o with { ReadTimeout = TimeSpan.Zero, ConnectTimeout = TimeSpan.Zero });
        _time.ArmedTimers.Should().Be(0);
        await ReadExactlyAsync(answer, 1000);
        var read = answer.ReadAsync(new byte[100], CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromDays(1));
        _server.Gate.Release();
        (await read.WaitAsync(Calls.Soon)).Should().BePositive();
    }

    [Fact]
    public async Task Read_TotalTimeout_EndsAFlowingBody()
    {
        await using var answer = await SendAsync(o => o with { TotalTimeout = TimeSpan.FromSeconds(90) });
        await ReadExactlyAsync(answer, 1000);
        _time.Advance(TimeSpan.FromSeconds(90));
        var read = async () =>
        {
            await Calls.ReadAllAsync(answer);
        };
        (await read.Should().ThrowAsync<TransferException>()).Which.Error.Message.Should().Contain("total timeout of 90 s");
    }

    [Fact]
    public async Task Dispose_AfterTheEnd_LeavesNoTimer()
    {
        await using (var answer = await SendAsync(o => o with { TotalTimeout = TimeSpan.FromHours(1) }))
            await Calls.ReadAllAsync(answer);
        _time.ArmedTimers.Should().Be(0);
    }

    private Task<HttpAnswer> SendAsync(Func<RequestOptions, RequestOptions> change) =>
        _transport.SendAsync(Calls.Get(_server.Url("/good/f"), change), null, CancellationToken.None).WaitAsync(Calls.Soon);

    private static async Task ReadExactlyAsync(HttpAnswer answer, int count)
    {
        for (var left = count; left > 0;)
            left -= await answer.ReadAsync(new byte[left], CancellationToken.None).AsTask().WaitAsync(Calls.Soon);
    }

    private static async Task<TransferError> FailureOf(Task task) =>
        (await task.WaitAsync(Calls.Soon).Invoking(t => t).Should().ThrowAsync<TransferException>()).Which.Error;
}
