using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Interop.Tests;

/// <summary>A tus server as a process, a file to upload, and a directory of its own for each test.</summary>
public abstract class InteropTest : IAsyncLifetime
{
    protected const int MiB = 1024 * 1024;
    protected const string FileName = "file.bin";

    private readonly HttpClient _http = new();

    internal TusServer Server { get; private set; } = null!;

    /// <summary>The directory of this test; removed at its end.</summary>
    protected string Place { get; } = Directory.CreateTempSubdirectory("ferry-interop-").FullName;

    /// <summary>The server's directory.</summary>
    protected string Received => Path.Combine(Place, "received");

    public async Task InitializeAsync() => Server = await StartServerAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(Place, recursive: true);
    }

    internal abstract Task<TusServer> StartServerAsync();

    /// <summary>Runs a client, and ends it with SIGKILL when the server holds its upload at an offset.</summary>
    /// <returns>The number of the request that is held.</returns>
    /// <exception cref="InvalidOperationException">The client ended by itself before that.</exception>
    protected async Task<int> KillAtAsync(Func<JsonProcess> start, long offset)
    {
        await Server.HoldAtAsync(offset);
        var held = Server.HeldAtAsync(offset);
        await using var client = start();
        var ended = client.EndAsync();
        if (await Task.WhenAny(held, ended) == ended)
            throw new InvalidOperationException($"The upload ended before it was held at {offset}: {await ended}");
        await client.KillAsync();
        return await held;
    }

    /// <summary>Makes a file of content 1 and gives its path.</summary>
    protected string NewFile(int size, string name = FileName)
    {
        var path = Path.Combine(Place, name);
        File.WriteAllBytes(path, Content.Bytes(1, size));
        return path;
    }

    /// <summary>Fails unless a file in the server's directory has so many bytes of content 1, and no more.</summary>
    protected void ShouldBeReceived(int size, string name = FileName)
    {
        using var stream = File.OpenRead(Path.Combine(Received, name));
        stream.Length.Should().Be(size);
        Convert.ToHexStringLower(SHA256.HashData(stream)).Should().Be(Content.Sha256(1, size));
    }

    /// <summary>Asks the server where an upload stands.</summary>
    protected async Task<(HttpStatusCode Status, long? Offset)> HeadAsync(string upload)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(upload));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        using var limit = new CancellationTokenSource(FerryProcess.Patience);
        using var answer = await _http.SendAsync(request, limit.Token);
        long? offset = answer.Headers.TryGetValues("Upload-Offset", out var values) ? long.Parse(values.Single(), CultureInfo.InvariantCulture) : null;
        return (answer.StatusCode, offset);
    }

    /// <summary>The URL of the upload that the last PATCH was for.</summary>
    protected string LastUpload() => new Uri(Server.Url, Server.Requests.Last(r => r.Method is "PATCH").Path).AbsoluteUri;

    /// <summary>
    /// Random offsets of a file from a seed, one in each part of as many parts and one: what is on its way at a kill still comes in, and is to
    /// leave some for the next one.
    /// </summary>
    protected static long[] Points(int seed, int count, int size)
    {
        var random = new Random(seed);
        var part = size / (count + 1);
        return [.. Enumerable.Range(0, count).Select(i => random.NextInt64(1, part) + (i * (long)part))];
    }
}
