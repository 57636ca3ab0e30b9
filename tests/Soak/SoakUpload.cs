using Ferry.Interop.Tests.Kills;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;

namespace Ferry.Soak;

/// <summary>A file of the soak, and the server that takes it.</summary>
internal sealed class SoakUpload : IAsyncDisposable
{
    private readonly SoakOptions _options;
    private readonly string _place;
    private readonly TusServer _server;
    private readonly List<FileVersion> _versions;

    private SoakUpload(SoakOptions options, string place, TusServer server)
    {
        (_options, _place, _server) = (options, place, server);
        _versions = [FileVersion.Of(Source(place))];
    }

    /// <summary>Writes a file and starts a server for it.</summary>
    /// <param name="options">The options.</param>
    /// <param name="place">A directory of its own.</param>
    public static async Task<SoakUpload> StartAsync(SoakOptions options, string place)
    {
        await SoakFiles.CreateAsync(Source(place), options.Size);
        var received = Directory.CreateDirectory(Received(place)).FullName;
        return new SoakUpload(options, place, options.IsNpm ? await TusServer.NpmAsync(received) : await TusServer.FerryAsync(received));
    }

    /// <summary>Uploads the file, killed at some points.</summary>
    /// <param name="points">The points.</param>
    /// <param name="change">How the file changes after the last kill; null where it does not. An upload that was complete before that is not changed.</param>
    /// <param name="told">Told each kill.</param>
    /// <param name="until">Ends it.</param>
    public async Task<UploadEnd> KillClientAsync(IReadOnlyList<long> points, SourceChange? change, Action<Kill> told, CancellationToken until)
    {
        var (killed, versions) = (Killed(), _versions.Count);
        var loop = new KillLoop(killed)
        {
            // A run that finds another file owes nothing to what the server has of the one before.
            Told = kill =>
            {
                if (_versions.Count == versions)
                    told(kill);
            },
            BeforeLast = () => change is null ? Task.CompletedTask : ChangeAsync(change, points[^1]),
        };
        var (kills, end) = await loop.RunAsync(points, until);
        return End(end, killed, kills);
    }

    /// <summary>Uploads the file, its server killed at some points.</summary>
    /// <param name="points">The points.</param>
    /// <param name="told">Told each kill.</param>
    /// <param name="until">Ends it.</param>
    public async Task<UploadEnd> KillServerAsync(IReadOnlyList<long> points, Action<Kill> told, CancellationToken until)
    {
        var killed = Killed();
        var loop = new ServerKillLoop(_server, killed.Command, (points.Count + 1) * killed.Limit) { Told = told };
        return End(await loop.RunAsync(points, until), killed, kills: null);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private KilledUpload Killed() => new(_server, Source(_place), _versions[^1].Length, Path.Combine(_place, "state"), _options.Rate);

    private async Task ChangeAsync(SourceChange change, long sent)
    {
        await change.ApplyAsync(Source(_place), sent);
        _versions.Add(FileVersion.Of(Source(_place)));
    }

    private UploadEnd End(FerryEnd end, KilledUpload killed, IReadOnlyList<Kill>? kills) =>
        new(end, [.. _versions], ReceivedFiles.Finished(Received(_place)), killed.Requests, kills);

    private static string Source(string place) => Path.Combine(place, "file.bin");

    private static string Received(string place) => Path.Combine(place, "received");
}
