using System.Globalization;
using System.Text.Json;
using Ferry.Testing.Peers;
using Ferry.Testing.Processes;

namespace Ferry.Interop.Tests.Tus;

/// <summary>
/// A tus server as a real process on loopback: the one of npm, or ours. It can be killed and started again on its port and directory, and
/// tells each request it saw.
/// </summary>
internal sealed class TusServer : IAsyncDisposable
{
    private readonly Func<IEnumerable<string>, JsonProcess> _start;
    private readonly string _directory;
    private readonly List<TusRequest> _earlier = [];
    private JsonProcess _process = null!;

    private TusServer(Func<IEnumerable<string>, JsonProcess> start, string directory)
    {
        _start = start;
        _directory = directory;
    }

    /// <summary>Where uploads are created.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The requests so far, of all its runs.</summary>
    public IReadOnlyList<TusRequest> Requests => [.. _earlier, .. TusRequest.Of(_process.Lines)];

    /// <summary>Bytes of uploads that came in so far, those that came twice counted twice.</summary>
    public long BytesReceived => Requests.Sum(r => r.Bytes ?? 0);

    /// <summary>Starts the server of <c>@tus/server</c> with its FileStore: an upload lies in the directory under its id.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="options">Its options.</param>
    public static Task<TusServer> NpmAsync(string directory, TusServerOptions? options = null) =>
        StartAsync(arguments => Npm.Start("tus-server.mjs", arguments), directory, options);

    /// <summary>Starts the receiver of Ferry: a finished upload lies in the directory under its name.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="options">Its options.</param>
    public static Task<TusServer> FerryAsync(string directory, TusServerOptions? options = null) =>
        StartAsync(arguments => OwnProgram.Start(["receive", .. arguments]), directory, options);

    /// <summary>Holds the next upload that reaches an offset: no more of it is read before <see cref="ReleaseAsync"/>.</summary>
    /// <param name="offset">The offset in the upload.</param>
    public async Task HoldAtAsync(long offset)
    {
        await _process.SendAsync(string.Create(CultureInfo.InvariantCulture, $"hold {offset}"));
        await _process.EventAsync("holding", line => line.GetProperty("offset").GetInt64() == offset);
    }

    /// <summary>The number of the request that is held at an offset, once it is.</summary>
    /// <param name="offset">The offset in the upload.</param>
    public async Task<int> HeldAtAsync(long offset)
    {
        var held = await _process.EventAsync("held", line => line.GetProperty("offset").GetInt64() == offset);
        return held.GetProperty("number").GetInt32();
    }

    /// <summary>The offset of the first PATCH after so many requests of the present run, once it comes.</summary>
    /// <param name="requests">How many requests are passed over.</param>
    public async Task<long> SendsFromAsync(int requests)
    {
        var patch = await _process.EventAsync(
            "request", line => line.GetProperty("method").ValueEquals("PATCH") && line.GetProperty("number").GetInt32() > requests);
        return patch.Number("offset")!.Value;
    }

    /// <summary>Lets the held request go on, and waits until it has ended.</summary>
    /// <param name="number">Its number.</param>
    public async Task ReleaseAsync(int number)
    {
        await _process.SendAsync("release");
        await _process.EventAsync("ended", line => line.GetProperty("number").GetInt32() == number);
    }

    /// <summary>Waits until a request has arrived in this run.</summary>
    /// <param name="method">Its method.</param>
    public Task ArrivedAsync(string method) => _process.EventAsync("request", line => line.GetProperty("method").ValueEquals(method));

    /// <summary>Ends it with SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts it again after <see cref="KillAsync"/>, on the same port and directory.</summary>
    /// <param name="options">Its options.</param>
    public async Task RestartAsync(TusServerOptions? options = null)
    {
        _earlier.AddRange(TusRequest.Of(_process.Lines));
        await _process.DisposeAsync();
        await RunAsync(Url.Port, options);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<TusServer> StartAsync(
        Func<IEnumerable<string>, JsonProcess> start, string directory, TusServerOptions? options)
    {
        var server = new TusServer(start, directory);
        await server.RunAsync(0, options);
        return server;
    }

    private async Task RunAsync(int port, TusServerOptions? options)
    {
        _process = _start([_directory, port.ToString(CultureInfo.InvariantCulture), .. (options ?? new()).AsArguments]);
        JsonElement listening;
        try
        {
            listening = await _process.EventAsync("listening");
        }
        catch
        {
            await _process.DisposeAsync();
            throw;
        }
        Url = new Uri(listening.GetProperty("url").GetString()!);
    }
}
