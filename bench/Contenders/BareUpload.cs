using System.Net;

namespace Ferry.Bench.Contenders;

/// <summary>What an upload costs at least with HttpClient: a file's stream as the content of a PUT; no journal, no checks.</summary>
internal static class BareUpload
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>In a process of its own.</summary>
    /// <param name="file">What is sent.</param>
    /// <param name="url">Where to.</param>
    public static async Task<int> RunAsync(string file, string url)
    {
        using var client = Client();
        await SendAsync(client, file, url);
        return 0;
    }

    /// <summary>A client as plain as the engine's.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });

    /// <summary>Sends a file.</summary>
    public static async Task SendAsync(HttpClient client, string file, string url)
    {
        await using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
        using var content = new StreamContent(source, BufferBytes);
        using var answer = await client.PutAsync(url, content);
        answer.EnsureSuccessStatusCode();
    }
}
