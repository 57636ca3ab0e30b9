using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Cache;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;
using Microsoft.Extensions.Logging;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>The response cache of a whole engine: wired in, told what to do by commands, found again by the next process.</summary>
public sealed class ResponseCacheTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _home = new();
    private MisbehavingServer _server = null!;

    private string CacheFile => _home.File("data/cache/responses.cache");

    public async Task InitializeAsync() => _server = await MisbehavingServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000_000)]
    public async Task SecondRequest_IsAnsweredFromTheCache_WithTheEventsInTheirOrder(long bytesPerSecond)
    {
        await using var ferry = await StartAsync(o => o with { BytesPerSecond = bytesPerSecond });
        var first = await GetAsync(ferry);
        var events = new List<TransferEvent>();
        var second = await ferry.RunAsync(Request(), events.Add);

        _server.Requests.Count.Should().Be(1);
        var completed = second.Should().BeOfType<TransferCompleted>().Subject;
        completed.Body.ToArray().Should().Equal(first.Body.ToArray());
        (completed.Received, completed.Head!.Status).Should().Be((0L, 200));
        events.Where(e => e is HeadersReceived or DataReceiveProgress or TransferTerminated).Select(e => e.GetType().Name)
            .Should().Equal(nameof(HeadersReceived), nameof(DataReceiveProgress), nameof(TransferCompleted));
        events.OfType<DataReceiveProgress>().Single().Should().Match<DataReceiveProgress>(p => p.ReceiveSize == 1000 && p.TotalSize == 1000);
    }

    [Fact]
    public async Task Flushed_TheNextProcessAnswersFromIt_Deleted_NobodyDoes()
    {
        await using (var ferry = await StartAsync())
        {
            await GetAsync(ferry);
            await ferry.AskAsync<CacheDone>(new FlushCache());
        }
        File.Exists(CacheFile).Should().BeTrue();

        await using var again = await StartAsync();
        await GetAsync(again);
        _server.Requests.Count.Should().Be(1);

        await again.AskAsync<CacheDone>(new DeleteCache());
        File.Exists(CacheFile).Should().BeFalse();
        await GetAsync(again);
        await GetAsync(again);
        _server.Requests.Count.Should().Be(3);

        await again.AskAsync<CacheDone>(new CreateCache(100_000));
        await GetAsync(again);
        await GetAsync(again);
        _server.Requests.Count.Should().Be(4);
    }

    [Fact]
    public async Task Create_AnImpossibleSize_IsRejected()
    {
        await using var ferry = await StartAsync();
        var rejected = await ferry.AskAsync<CommandRejected>(new CreateCache(0));
        rejected.Error.Code.Should().Be(ErrorCode.ParameterError);
        rejected.Error.Message.Should().Contain("cacheSize is 0");
    }

    [Fact]
    public async Task Off_EveryRequestGoesToTheServer_AndCommandsSaySo()
    {
        await using var ferry = await StartAsync(o => o with { Cache = null });
        await GetAsync(ferry);
        await GetAsync(ferry);
        _server.Requests.Count.Should().Be(2);
        (await ferry.AskAsync<CommandRejected>(new FlushCache())).Error.Message.Should().Contain("off");
    }

    [Fact]
    public async Task Flush_TheDiskRefuses_IsRejectedWithTheReason()
    {
        await using var ferry = await StartAsync();
        await File.WriteAllTextAsync(_home.File("data/cache"), "a file in the place of the directory");
        (await ferry.AskAsync<CommandRejected>(new FlushCache())).Error.Code.Should().Be(ErrorCode.LocalWriteFailed);
    }

    [Fact]
    public async Task Damaged_TheEngineStarts_AndLogsAWarning()
    {
        Directory.CreateDirectory(_home.File("mine"));
        await File.WriteAllTextAsync(_home.File("mine/responses.cache"), "no cache");
        using var log = new Warnings();
        using var logging = LoggerFactory.Create(b => b.AddProvider(log));
        await using var ferry = await StartAsync(o => o with { Logging = logging, Cache = new CacheSettings { Directory = _home.File("mine") } });
        log.Lines.Should().ContainSingle().Which.Should().Contain("damaged");
    }

    private Task<FerryEngine> StartAsync(Func<FerryOptions, FerryOptions>? change = null)
    {
        var options = new FerryOptions { DataDirectory = _home.File("data"), Durability = Durability.Process };
        return FerryEngine.StartAsync(change?.Invoke(options) ?? options);
    }

    // The server gives an ETag and no lifetime: whoever takes what is stale is answered from the cache.
    private TransferRequest Request() => new()
    {
        Url = _server.Url("/good/answer?size=1000"),
        Destination = new MemoryDestination(),
        Options = new RequestOptions { Headers = [new HeaderField("Cache-Control", "max-stale")] },
    };

    private async Task<TransferCompleted> GetAsync(FerryEngine ferry) => (await ferry.RunAsync(Request())).Should().BeOfType<TransferCompleted>().Subject;

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        private readonly Lock _lock = new();
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lock)
                    return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lock)
                _lines.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
