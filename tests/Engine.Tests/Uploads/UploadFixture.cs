using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Downloads;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;
using Ferry.Testing.Time;
using Ferry.Testing.Uploads;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>A server that takes uploads, a file to send, and uploads of one to the other.</summary>
public sealed class UploadFixture : IAsyncLifetime
{
    public const int Chunk = 64 * 1024;
    public const int Size = (5 * Chunk) + 123;

    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;
    private HttpTransport _transport = null!;

    internal UploadServer Server { get; private set; } = null!;

    public ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    public TransferSettings Settings { get; } = new() { BootId = "boot-1" };

    public string File => Path.Combine(_directory, "file.bin");

    public byte[] Bytes { get; } = Content.Bytes(11, Size);

    public async Task InitializeAsync()
    {
        Server = await UploadServer.StartAsync();
        _transport = new HttpTransport(new TransportSettings(), Time);
        await System.IO.File.WriteAllBytesAsync(File, Bytes);
    }

    public async Task DisposeAsync()
    {
        _transport.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal ValidatedRequest Tus(UploadOptions? upload = null, RequestData? data = null, RequestOptions? options = null) => Request(
        "/files", (upload ?? new UploadOptions { ChunkBytes = Chunk }) with { Protocol = UploadProtocol.Tus }, (options ?? new RequestOptions()) with { ExtraData = data ?? new FileData(File) });

    internal ValidatedRequest Plain(string method = "PUT", RequestData? data = null, RequestOptions? options = null) =>
        Request("/target", new UploadOptions(), (options ?? new RequestOptions()) with { Method = method, ExtraData = data ?? new FileData(File) });

    internal ValidatedRequest Request(string path, UploadOptions upload, RequestOptions options)
    {
        var result = RequestValidation.Validate(
            new TransferRequest { Id = "u", Url = path.StartsWith('/') ? Server.Url + path : path, Upload = upload, Options = options, Destination = new MemoryDestination() },
            () => throw new InvalidOperationException());
        result.Problems.Should().BeEmpty();
        return result.Request!;
    }

    internal TransferDriver Driver(ValidatedRequest request, IEnumerable<TransferFact>? journal = null, IByteGate? gate = null, ManualTimeProvider? time = null) =>
        new(request, new TransferWorkFactory(_transport, Settings, time ?? Time, gate ?? OpenGate.Instance), Settings, time ?? Time, journal);

    internal async Task<TransferDriver> RunAsync(ValidatedRequest request, IEnumerable<TransferFact>? journal = null)
    {
        var driver = Driver(request, journal);
        await driver.RunAsync();
        return driver;
    }

    /// <summary>
    /// Uploads until so much is acknowledged and journaled and the server holds the next request, then ends the "process" without a word.
    /// </summary>
    internal async Task<List<TransferFact>> CrashAfterAsync(ValidatedRequest request, long bytes)
    {
        var journaled = new TaskCompletionSource();
        var held = bytes < Size ? Server.HoldFrom(bytes) : Task.FromResult(Task.CompletedTask);
        using var cut = new CancellationTokenSource();
        var driver = Driver(request);
        driver.OnFact = fact =>
        {
            if (bytes == 0 ? fact is Identified : fact is Checkpointed c && c.Written >= bytes)
                journaled.TrySetResult();
        };
        var run = driver.RunAsync(cutOff: cut.Token);
        await journaled.Task;
        var gone = await held;
        if (bytes >= Size)
            await run;
        await cut.CancelAsync();
        if (bytes < Size)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await driver.DisposeAsync();
        await gone;
        return bytes < Size ? driver.Journal : [.. driver.Journal.TakeWhile(f => f is not Verified)];
    }
}
