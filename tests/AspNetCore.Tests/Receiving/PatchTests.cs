using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>PATCH and HEAD.</summary>
public sealed class PatchTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("Content-Type", "application/octet-stream", 415)]
    [InlineData("Upload-Offset", null, 400)]
    [InlineData("Upload-Offset", "-5", 400)]
    [InlineData("Upload-Offset", "x", 400)]
    [InlineData("Upload-Offset", "0", 409)]
    [InlineData("Upload-Offset", "21", 409)]
    [InlineData("Upload-Checksum", "md5 1B2M2Y8AsgTpgAmY7PhCfg==", 400)]
    [InlineData("Upload-Length", "99", 400)]
    public async Task Refused_AndNothingChanges(string name, string? value, int status)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(100);
        (await receiver.Client.PatchAsync(url, 0, new byte[20])).Dispose();
        var body = new ByteArrayContent(new byte[10]);
        body.Headers.TryAddWithoutValidation("Content-Type", name == "Content-Type" ? value : TusClient.Type);
        (string, string?)[] fields = name == "Content-Type" ? [("Upload-Offset", "20")] : name == "Upload-Offset" ? [(name, value)] : [("Upload-Offset", "20"), (name, value)];
        using var response = await receiver.Client.SendAsync("PATCH", url, body, fields);
        (response.Status(), response.Field("Upload-Offset")).Should().Be((status, null));
        (await receiver.Client.OffsetAsync(url)).Should().Be(20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BeyondTheLength_413_AndNothingOfItIsKept(bool chunked)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(4, 300_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        (await receiver.Client.PatchAsync(url, 0, content[..100_000])).Dispose();
        byte[] tooMuch = [.. content[100_000..], 0];
        using var response = await receiver.Client.PatchAsync(url, 100_000, chunked ? TusClient.Chunked(tooMuch) : TusClient.Bytes(tooMuch));
        response.Status().Should().Be(413);
        (await receiver.Client.OffsetAsync(url)).Should().Be(100_000);
        _directory.Names.Should().BeEmpty();
        using var right = await receiver.Client.PatchAsync(url, 100_000, TusClient.Chunked(content[100_000..]));
        right.Status().Should().Be(204);
        _directory.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task Empty_204_WithTheOffset()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(100);
        using var response = await receiver.Client.PatchAsync(url, 0, []);
        (response.Status(), response.Field("Upload-Offset")).Should().Be((204, "0"));
    }

    [Fact]
    public async Task Finished_SameOffset_204_MoreBytes_413()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(10, "a");
        (await receiver.Client.PatchAsync(url, 0, new byte[10])).Dispose();
        using var again = await receiver.Client.PatchAsync(url, 10, []);
        using var first = await receiver.Client.PatchAsync(url, 0, new byte[10]);
        using var more = await receiver.Client.PatchAsync(url, 10, new byte[1]);
        using var chunked = await receiver.Client.PatchAsync(url, 10, TusClient.Chunked([1]));
        (again.Status(), first.Status(), more.Status(), chunked.Status()).Should().Be((204, 409, 413, 413));
        (await receiver.Client.OffsetAsync(url)).Should().Be(10);
        _directory.Read("a").Should().Equal(new byte[10]);
    }

    [Fact]
    public async Task LargerThanTheServersLimit_TheReceiversOwnHolds()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options with { MaxSize = 200_000 }, new ReceiverSetup { MaxRequestBodySize = 1000 });
        var content = Content.Bytes(5, 200_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        using var response = await receiver.Client.PatchAsync(url, 0, content);
        response.Status().Should().Be(204);
        using var created = await receiver.Client.SendAsync("POST", "/files", TusClient.Bytes(content), ("Upload-Length", "200000"));
        created.Status().Should().Be(201);
        _directory.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task Http2_Alike()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options, new ReceiverSetup { Protocols = HttpProtocols.Http2 });
        receiver.Client.DefaultRequestVersion = new Version(2, 0);
        var client = receiver.Client;
        var content = Content.Bytes(6, 500_000);
        using var created = await Http2(client, HttpMethod.Post, "/files", null, ("Upload-Length", "500000"), ("Upload-Metadata", TusClient.FileName("two")));
        created.Status().Should().Be(201);
        var url = created.Headers.Location!.ToString();
        using var first = await Http2(client, HttpMethod.Patch, url, TusClient.Chunked(content[..200_000]), ("Upload-Offset", "0"));
        using var second = await Http2(client, HttpMethod.Patch, url, TusClient.Bytes(content[200_000..]), ("Upload-Offset", "200000"));
        (first.Status(), second.Status()).Should().Be((204, 204));
        _directory.Read("two").Should().Equal(content);
    }

    private static async Task<HttpResponseMessage> Http2(HttpClient client, HttpMethod method, string url, HttpContent? body, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(method, url)
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        foreach (var (name, value) in fields)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }
}
