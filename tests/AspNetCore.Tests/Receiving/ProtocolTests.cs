using System.Net.Http.Headers;
using Ferry.AspNetCore.Tests.Kit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>What holds for every request: versions, methods, OPTIONS, conventions.</summary>
public sealed class ProtocolTests : IDisposable
{
    private const string NoSuch = "/files/0123456789abcdef0123456789abcdef";
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("/files", null)]
    [InlineData(NoSuch, "9.9.9")]
    public async Task Options_TellsVersionsExtensionsAlgorithmsAndSize(string url, string? version)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options with { MaxSize = 12345 });
        using var response = await receiver.Client.SendAsync("OPTIONS", url, null, ("Tus-Resumable", version));
        response.Status().Should().Be(204);
        response.Field("Tus-Resumable").Should().Be("1.0.0");
        response.Field("Tus-Version").Should().Be("1.0.0");
        response.Field("Tus-Extension").Should().Be("creation,creation-with-upload,creation-defer-length,checksum,checksum-trailer,termination,expiration");
        response.Field("Tus-Checksum-Algorithm").Should().Be("sha1,sha256");
        response.Field("Tus-Max-Size").Should().Be("12345");
    }

    [Fact]
    public async Task Options_NoLimit_NoMaxSize()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var response = await receiver.Client.SendAsync("OPTIONS", "/files", null);
        response.Field("Tus-Max-Size").Should().BeNull();
    }

    [Theory]
    [InlineData("POST", null)]
    [InlineData("POST", "0.2.2")]
    [InlineData("HEAD", "2.0.0")]
    [InlineData("PATCH", "1.0.1")]
    [InlineData("DELETE", null)]
    public async Task OtherVersion_412_AndNothingIsDone(string method, string? version)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(10);
        var before = _directory.WorkNames;
        using var response = await receiver.Client.SendAsync(
            method, method == "POST" ? "/files" : url, TusClient.Bytes(new byte[10]), ("Tus-Resumable", version), ("Upload-Length", "10"), ("Upload-Offset", "0"));
        (response.Status(), response.Field("Tus-Version"), response.Field("Tus-Resumable")).Should().Be((412, "1.0.0", "1.0.0"));
        _directory.WorkNames.Should().Equal(before);
        (await receiver.Client.OffsetAsync(url)).Should().Be(0);
    }

    [Fact]
    public async Task EveryAnswer_NamesTheVersion()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options with { MaxSize = 10 });
        var url = await receiver.Client.CreateAsync(10);
        HttpResponseMessage[] responses =
        [
            await receiver.Client.HeadAsync(url),
            await receiver.Client.HeadAsync(NoSuch),
            await receiver.Client.SendAsync("POST", "/files", null),
            await receiver.Client.PostAsync(11),
            await receiver.Client.SendAsync("GET", url, null),
            await receiver.Client.PatchAsync(url, 1, []),
            await receiver.Client.SendAsync("PATCH", url, null),
            await receiver.Client.PatchAsync(url, 0, new byte[10]),
            await receiver.Client.SendAsync("DELETE", url, null),
        ];
        responses.Select(r => r.Status()).Should().Equal(200, 404, 400, 413, 405, 409, 415, 204, 204);
        responses.Should().OnlyContain(r => r.Field("Tus-Resumable") == "1.0.0");
    }

    [Theory]
    [InlineData("GET", "/files", "OPTIONS, POST")]
    [InlineData("PATCH", "/files", "OPTIONS, POST")]
    [InlineData("GET", NoSuch, "OPTIONS, HEAD, PATCH, DELETE")]
    [InlineData("POST", NoSuch, "OPTIONS, HEAD, PATCH, DELETE")]
    [InlineData("PUT", NoSuch, "OPTIONS, HEAD, PATCH, DELETE")]
    public async Task OtherMethod_405_WithWhatIsAllowed(string method, string url, string allowed)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var response = await receiver.Client.SendAsync(method, url, null);
        response.Status().Should().Be(405);
        response.Content.Headers.Allow.Should().BeEquivalentTo(allowed.Split(", "));
    }

    [Fact]
    public async Task MethodOverride_IsTheMethod()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(10);
        using var patched = await receiver.Client.SendAsync(
            "POST", url, TusClient.Bytes(new byte[4]), ("X-HTTP-Method-Override", "PATCH"), ("Upload-Offset", "0"));
        (patched.Status(), patched.Field("Upload-Offset")).Should().Be((204, "4"));
        using var head = await receiver.Client.SendAsync("GET", url, null, ("X-HTTP-Method-Override", "HEAD"));
        (head.Status(), head.Field("Upload-Offset")).Should().Be((200, "4"));
        using var deleted = await receiver.Client.SendAsync("PATCH", url, null, ("X-HTTP-Method-Override", "DELETE"));
        deleted.Status().Should().Be(204);
        using var gone = await receiver.Client.HeadAsync(url);
        gone.Status().Should().Be(404);
    }

    [Theory]
    [InlineData("/files/..%2f..%2fetc%2fpasswd")]
    [InlineData("/files/%2e%2e")]
    [InlineData("/files/0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("/files/0123456789abcdef0123456789abcde")]
    [InlineData("/files/0123456789abcdef0123456789abcdef.bytes")]
    [InlineData(NoSuch)]
    public async Task UnknownOrNoId_404_WithoutOffset(string url)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        foreach (var method in new[] { "HEAD", "PATCH", "DELETE" })
        {
            using var raw = await RawRequest.StartAsync(
                receiver, method, url, ("Content-Type", TusClient.Type), ("Upload-Offset", "0"), ("Content-Length", "0"), ("Connection", "close"));
            (await raw.AnswerAsync()).Should().StartWith("HTTP/1.1 404").And.NotContain("Upload-Offset");
        }
    }

    [Fact]
    public async Task Refused_TheBodyIsOneSentence()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var response = await receiver.Client.SendAsync("POST", "/files", null);
        response.Content.Headers.ContentType.Should().Be(new MediaTypeHeaderValue("text/plain", "utf-8"));
        (await response.Content.ReadAsStringAsync()).Should().Contain("Upload-Length").And.EndWith(".");
    }

    [Fact]
    public async Task Conventions_HoldForBothEndpoints()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options, new ReceiverSetup
        {
            Services = s => s.AddAuthentication().Services.AddAuthorization(),
            Endpoints = e => e.RequireAuthorization("uploaders"),
        });
        receiver.Endpoints.Should().HaveCount(2)
            .And.OnlyContain(e => e.Metadata.GetMetadata<IAuthorizeData>()!.Policy == "uploaders");
    }

    [Fact]
    public async Task PathBase_IsInTheLocation()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options, new ReceiverSetup
        {
            Pattern = "/{tenant}/files",
            Application = app =>
            {
                app.UsePathBase("/under base");
                app.UseRouting();
            },
        });
        using var response = await receiver.Client.SendAsync("POST", "/under%20base/a/files/", null, ("Upload-Length", "5"));
        var location = response.Headers.Location!.ToString();
        location.Should().MatchRegex("^/under%20base/a/files/[0-9a-f]{32}$");
        (await receiver.Client.OffsetAsync(location)).Should().Be(0);
    }
}
