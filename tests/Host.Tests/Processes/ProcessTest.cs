using System.Security.Cryptography;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary>A misbehaving server and a directory of its own for each test; real child processes run against them.</summary>
public abstract class ProcessTest : IAsyncLifetime
{
    protected const long MiB = 1024 * 1024;

    private MisbehavingServer? _server;

    protected MisbehavingServer Server => _server!;

    /// <summary>The directory of this test; removed at its end.</summary>
    protected string Place { get; } = Directory.CreateTempSubdirectory("ferry-host-").FullName;

    /// <summary>What XDG_STATE_HOME is for the children.</summary>
    protected string State => Path.Combine(Place, "state");

    /// <summary>A target in a directory of its own.</summary>
    protected string Target => Path.Combine(Place, "out", "file.bin");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        _server = await MisbehavingServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(Place, recursive: true);
    }

    protected Task<FerryEnd> RunAsync(params string[] arguments) => FerryProcess.RunAsync(arguments, State, Place);

    protected FerryProcess Start(params string[] arguments) => FerryProcess.Start(arguments, State, Place);

    protected Task<FerryEnd> GetAsync(string url, params string[] more) => RunAsync(["get", url, "-o", Target, "--json", .. more]);

    /// <summary>Starts a download, and stops when the server has sent so many bytes of the first answer; no body gets further until the server's gate is released.</summary>
    protected async Task<FerryProcess> StartUntilAsync(string url, long bytes, params string[] more)
    {
        var number = Server.Requests.Count + 1;
        Server.Gate.HoldBodiesAfter(bytes);
        var process = Start(["get", url, "-o", Target, "--json", .. more]);
        var request = await Server.Requests.ArrivalOf(number);
        await request.SentAtLeast(bytes).WaitAsync(FerryProcess.Patience);
        return process;
    }

    /// <summary>Starts a download and kills it with SIGKILL when the server has sent so many bytes.</summary>
    protected async Task KillAtAsync(string url, long bytes, params string[] more)
    {
        using var process = await StartUntilAsync(url, bytes, more);
        await process.KillAsync();
        Server.Gate.Release();
    }

    protected static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Nothing but these names lie beside the target.</summary>
    protected void OnlyBesideTarget(params string[] names) =>
        Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Target)!).Select(Path.GetFileName).Should().BeEquivalentTo(names);
}
