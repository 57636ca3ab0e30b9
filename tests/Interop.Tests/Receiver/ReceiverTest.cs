using System.Net;
using System.Security.Cryptography;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Interop.Tests.Receiver;

/// <summary>Our receiver as a process, a file to upload, and a directory of its own for each test.</summary>
public abstract class ReceiverTest : IAsyncLifetime
{
    internal const string Client = "tus-js-client";
    protected const int MiB = 1024 * 1024;

    private readonly HttpClient _http = new();

    internal TusServer Server { get; private set; } = null!;

    /// <summary>The directory of this test; removed at its end.</summary>
    protected string Place { get; } = Directory.CreateTempSubdirectory("ferry-interop-").FullName;

    /// <summary>Where finished uploads land.</summary>
    protected string Received => Path.Combine(Place, "received");

    /// <summary>The file in which the client remembers URLs.</summary>
    protected string Storage => Path.Combine(Place, "urls.json");

    public async Task InitializeAsync() => Server = await TusServer.FerryAsync(Received);

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(Place, recursive: true);
    }

    /// <summary>Makes a file of content 1 and gives its path.</summary>
    protected string NewFile(int size, string name = "file.bin")
    {
        var path = Path.Combine(Place, name);
        File.WriteAllBytes(path, Content.Bytes(1, size));
        return path;
    }

    /// <summary>Whether a file of this name was received with each byte of content 1.</summary>
    protected void ShouldBeReceived(int size, string name = "file.bin")
    {
        using var stream = File.OpenRead(Path.Combine(Received, name));
        stream.Length.Should().Be(size);
        Convert.ToHexStringLower(SHA256.HashData(stream)).Should().Be(Content.Sha256(1, size));
    }

    /// <summary>Asks where an upload stands.</summary>
    protected async Task<(HttpStatusCode Status, long? Offset)> HeadAsync(string upload)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(upload));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        using var limit = new CancellationTokenSource(FerryProcess.Patience);
        using var answer = await _http.SendAsync(request, limit.Token);
        long? offset = answer.Headers.TryGetValues("Upload-Offset", out var values) ? long.Parse(values.Single(), provider: null) : null;
        return (answer.StatusCode, offset);
    }

    /// <summary>The path of the last upload that was created, as a URL.</summary>
    protected string LastUpload() => new Uri(Server.Url, Server.Requests.Last(r => r.Method is "PATCH").Path).AbsoluteUri;
}
