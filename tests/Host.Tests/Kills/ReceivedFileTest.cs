using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Kills;

/// <summary>A file to upload, and Ferry's receiver in a process of its own that takes it.</summary>
/// <param name="name">The file's name.</param>
/// <param name="size">Its size in bytes.</param>
public abstract class ReceivedFileTest(string name, int size) : IAsyncLifetime
{
    /// <summary>A directory of the test's own.</summary>
    protected string Place { get; } = Directory.CreateTempSubdirectory("ferry-put-").FullName;

    /// <summary>The file.</summary>
    protected string Source => Path.Combine(Place, name);

    /// <summary>The file as it is received.</summary>
    protected string Received => Path.Combine(Place, "received", name);

    private protected TusServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllBytesAsync(Source, Content.Bytes(1, size));
        Server = await TusServer.FerryAsync(Path.Combine(Place, "received"));
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(Place, recursive: true);
    }
}
