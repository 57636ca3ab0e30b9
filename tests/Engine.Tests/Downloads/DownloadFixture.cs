using System.Security.Cryptography;
using Ferry.Engine.Downloads;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>A misbehaving server, a directory of its own, and downloads from one to the other.</summary>
public sealed class DownloadFixture : IAsyncLifetime
{
    private HttpTransport _transport = null!;

    public MisbehavingServer Server { get; private set; } = null!;

    public ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("ferry-").FullName;

    public TransferSettings Settings { get; set; } = new() { BootId = "boot-1", CheckpointBytes = 64 * 1024 };

    public string Target => Path.Combine(Directory, "file.bin");

    public string PartPath => Target + ".ferry-part";

    public async Task InitializeAsync()
    {
        Server = await MisbehavingServer.StartAsync();
        _transport = new HttpTransport(new TransportSettings(), Time);
    }

    public async Task DisposeAsync()
    {
        _transport.Dispose();
        await Server.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    internal ValidatedRequest Request(string route, Destination? destination = null, RequestOptions? options = null, string id = "t") =>
        RequestTo(Server.Url(route), destination ?? new FileDestination(Target), options, id);

    /// <summary>A request to another server.</summary>
    internal static ValidatedRequest RequestTo(string url, Destination destination, RequestOptions? options = null, string id = "t")
    {
        var result = RequestValidation.Validate(
            new TransferRequest
            {
                Id = id,
                Url = url,
                Options = options ?? new RequestOptions(),
                Destination = destination,
            },
            () => throw new InvalidOperationException());
        result.Problems.Should().BeEmpty();
        return result.Request!;
    }

    internal TransferDriver Driver(ValidatedRequest request, IEnumerable<TransferFact>? journal = null, IByteGate? gate = null) =>
        new(request, new TransferWorkFactory(_transport, Settings, Time, gate ?? OpenGate.Instance), Settings, Time, journal);

    internal async Task<TransferDriver> RunAsync(ValidatedRequest request, IEnumerable<TransferFact>? journal = null)
    {
        var driver = Driver(request, journal);
        await driver.RunAsync();
        return driver;
    }

    /// <summary>
    /// Downloads a part of a file, then ends the "process" without a word: what the journal says and the part file holds is all there is.
    /// </summary>
    internal async Task<List<TransferFact>> CrashAfterAsync(ValidatedRequest request, long bytes)
    {
        Server.Gate.HoldBodiesAfter(bytes);
        using var cut = new CancellationTokenSource();
        var driver = Driver(request);
        driver.OnFact = fact =>
        {
            if (fact is Checkpointed c && c.Written >= bytes / 2)
                cut.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driver.RunAsync(cutOff: cut.Token));
        await driver.DisposeAsync();
        Server.Gate.Release();
        return driver.Journal;
    }

    internal string Sha256OfTarget() => Sha256Of(Target);

    internal static string Sha256Of(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
