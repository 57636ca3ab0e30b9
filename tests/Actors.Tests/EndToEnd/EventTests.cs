using System.Collections.Concurrent;
using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>The events of one request over a real socket: which, how often and in which order.</summary>
public sealed class EventTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<TransferEvent> _told = new();
    private readonly TaskCompletionSource _data = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MisbehavingServer _server = null!;
    private FerryEngine _engine = null!;

    public async Task InitializeAsync()
    {
        _server = await MisbehavingServer.StartAsync();
        _engine = await FerryEngine.StartAsync(new FerryOptions { InMemory = true });
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Request_RedirectedWithABody_EveryEventInItsOrder()
    {
        var body = Content.Bytes(1, 600_000);
        var task = Prepare("/redirect/x?status=307&to=/echo", o => o with { Method = "PUT", ExtraData = new BytesData(body), ExpectDataType = HttpDataType.ArrayBuffer });
        var response = await task.AsTask().WaitAsync(Patience);

        Names(e => e is TransferRedirected or HeadersReceived or DataEnded or TransferTerminated)
            .Should().Equal(nameof(TransferRedirected), nameof(HeadersReceived), nameof(DataEnded), nameof(TransferCompleted));
        _told.OfType<HeadersReceived>().Single().Head.Status.Should().Be(200, "it is the header of the final response");
        var order = _told.ToList();
        var data = _told.OfType<DataReceived>().ToList();
        order.IndexOf(data[0]).Should().BeGreaterThan(order.FindIndex(e => e is HeadersReceived));
        order.IndexOf(data[^1]).Should().BeLessThan(order.FindIndex(e => e is DataEnded));
        using var joined = new MemoryStream();
        foreach (var chunk in data)
        {
            chunk.Offset.Should().Be(joined.Length);
            joined.Write(chunk.Data.Span);
        }
        var length = joined.Length;
        joined.ToArray().Should().EndWith(body, "the echo ends with what was sent");
        response.Result.Should().BeOfType<byte[]>().Which.Should().Equal(joined.ToArray());
        _told.OfType<DataReceiveProgress>().Last().Should().Match<DataReceiveProgress>(p => p.ReceiveSize == length && p.TotalSize == length);
        _told.OfType<DataSendProgress>().Last().Should().Match<DataSendProgress>(p => p.Sent == body.Length && p.TotalSize == body.Length);
        order[^1].Should().BeOfType<TransferCompleted>("nothing comes after the end");
    }

    [Fact]
    public async Task Retrying_IsToldWithItsError_BeforeTheOneEnd()
    {
        var retry = new RetryOptions { MaxRetries = 2, BaseDelay = TimeSpan.FromMilliseconds(1) };
        await Prepare("/503-times/x?n=1", o => o with { Retry = retry }).AsTask().WaitAsync(Patience);
        _told.OfType<TransferRetrying>().Should().ContainSingle().Which.Error.HttpStatus.Should().Be(503);
        Names(e => e is HeadersReceived or TransferTerminated).Should().Equal(nameof(HeadersReceived), nameof(TransferCompleted));
        _told.OfType<TransferStateChanged>().Select(e => e.Phase).Should().Contain(TransferPhase.Transferring);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FailedOrCancelledInTheBody_TellsNoEndOfData_AndOneEnd(bool cancelled)
    {
        if (cancelled)
            _server.Gate.HoldBodiesAfter(100_000);
        var task = Prepare("/short-body/x?times=9");
        if (cancelled)
        {
            await _data.Task.WaitAsync(Patience);
            task.Abort();
        }
        var awaiting = () => task.AsTask().WaitAsync(Patience);
        (await awaiting.Should().ThrowAsync<TransferException>()).Which.Error.Code.Should().Be(cancelled ? ErrorCode.Cancelled : ErrorCode.PartialFile);
        Names(e => e is DataEnded or TransferTerminated).Should().Equal(cancelled ? nameof(TransferCancelled) : nameof(TransferFailed));
        _told.OfType<DataReceived>().Should().NotBeEmpty();
    }

    private IEnumerable<string> Names(Func<TransferEvent, bool> which) => _told.Where(which).Select(e => e.GetType().Name);

    private TransferTask Prepare(string route, Func<RequestOptions, RequestOptions>? change = null)
    {
        var options = new RequestOptions { UsingCache = false };
        var request = new TransferRequest { Url = _server.Url(route), Destination = new MemoryDestination(), Options = change?.Invoke(options) ?? options };
        var task = new TransferSession(_engine).Prepare(request);
        task.On<TransferEvent>(_told.Enqueue);
        task.On<DataReceived>(_ => _data.TrySetResult());
        task.Start();
        return task;
    }
}
