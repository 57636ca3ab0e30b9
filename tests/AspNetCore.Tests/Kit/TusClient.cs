using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>Sends the requests of tus one by one, as written, so that a test can send wrong ones too.</summary>
internal static class TusClient
{
    public const string Type = "application/offset+octet-stream";

    /// <summary>A request with these fields; one with a null value is left out.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, string method, string url, HttpContent? body, params (string Name, string? Value)[] fields)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url) { Content = body };
        if (!fields.Any(f => f.Name == "Tus-Resumable"))
            request.Headers.Add("Tus-Resumable", "1.0.0");
        foreach (var (name, value) in fields)
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        }
        return await client.SendAsync(request, HttpCompletionOption.ResponseContentRead);
    }

    /// <summary>Makes an upload and gives its URL.</summary>
    public static async Task<string> CreateAsync(this HttpClient client, long? length, string? name = null)
    {
        using var response = await client.PostAsync(length, name);
        response.StatusCode.Should().Be(System.Net.HttpStatusCode.Created);
        return response.Headers.Location!.ToString();
    }

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, long? length, string? name = null) => client.SendAsync(
        "POST", "/files", null,
        ("Upload-Length", length is { } l ? Text(l) : null),
        ("Upload-Defer-Length", length is null ? "1" : null),
        ("Upload-Metadata", name is null ? null : FileName(name)));

    public static Task<HttpResponseMessage> PatchAsync(
        this HttpClient client, string url, long offset, HttpContent body, params (string Name, string? Value)[] fields) =>
        client.SendAsync("PATCH", url, body, [("Upload-Offset", Text(offset)), .. fields]);

    public static Task<HttpResponseMessage> PatchAsync(
        this HttpClient client, string url, long offset, byte[] bytes, params (string Name, string? Value)[] fields) =>
        client.PatchAsync(url, offset, Bytes(bytes), fields);

    public static Task<HttpResponseMessage> HeadAsync(this HttpClient client, string url) => client.SendAsync("HEAD", url, null);

    /// <summary>The offset that HEAD tells.</summary>
    public static async Task<long> OffsetAsync(this HttpClient client, string url)
    {
        using var response = await client.HeadAsync(url);
        response.StatusCode.Should().Be(System.Net.HttpStatusCode.OK);
        return long.Parse(response.Field("Upload-Offset")!, CultureInfo.InvariantCulture);
    }

    /// <summary>A field of the answer, or null.</summary>
    public static string? Field(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(",", values) : null;

    public static int Status(this HttpResponseMessage response) => (int)response.StatusCode;

    /// <summary>A body of the type of tus.</summary>
    public static HttpContent Bytes(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(Type);
        return content;
    }

    /// <summary>The same without a Content-Length.</summary>
    public static HttpContent Chunked(byte[] bytes)
    {
        var content = new UnknownLengthContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(Type);
        return content;
    }

    public static string FileName(string name) => $"filename {Base64(name)}";

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed class UnknownLengthContent(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
