using Ferry.Actors.Hosting;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.Kit;

/// <summary>Engines that end and start again over the same data directory, with a real server and real files.</summary>
public abstract class RestartingTest : IAsyncLifetime
{
    /// <summary>Bytes of a file.</summary>
    protected const int Size = 4 * 1024 * 1024;

    /// <summary>How long a test waits for what should come at once.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected TemporaryDirectory Home { get; } = new();

    /// <summary>The server.</summary>
    protected MisbehavingServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await MisbehavingServer.StartAsync();

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Home.Dispose();
    }

    /// <summary>The same data directory each time.</summary>
    protected FerryOptions Options() => new()
    {
        DataDirectory = Home.File("data"),
        Transfers = new TransferSettings { CheckpointBytes = 256 * 1024, ProgressPeriod = TimeSpan.Zero },
    };

    /// <summary>The actors stop where they are, without a word to the journal; the data directory's lock goes with them.</summary>
    /// <param name="engine">The engine.</param>
    internal static async Task CrashAsync(FerryEngine engine)
    {
        await engine.System.Terminate();
        await engine.DisposeAsync();
    }
}
