using System.Net;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Http;

/// <summary>The misbehaving server does what its routes are named for; seen with the platform's client.</summary>
public sealed class MisbehavingServerTests
{
    [Fact]
    public async Task Good_RangeWithItsTag_206WithTheSameBytes()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var client = new HttpClient();
        var whole = await client.GetAsync(server.Url("/good/file.bin?size=100003"));
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        bytes.Should().Equal(Content.Bytes(1, 100003));

        using var rest = new HttpRequestMessage(HttpMethod.Get, server.Url("/good/file.bin?size=100003"));
        rest.Headers.TryAddWithoutValidation("Range", "bytes=1001-");
        rest.Headers.TryAddWithoutValidation("If-Range", whole.Headers.ETag!.ToString());
        var part = await client.SendAsync(rest);
        part.StatusCode.Should().Be(HttpStatusCode.PartialContent);
        part.Content.Headers.ContentRange!.ToString().Should().Be("bytes 1001-100002/100003");
        (await part.Content.ReadAsByteArrayAsync()).Should().Equal(bytes[1001..]);
        server.Requests.All.Select(r => r.Status).Should().Equal(200, 206);
    }

    [Fact]
    public async Task Publish_NewVersion_OtherBytesOtherTagSameSize()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var client = new HttpClient();
        var first = await client.GetAsync(server.Url("/good?size=5000"));
        server.Publish("/good", 2);
        using var rest = new HttpRequestMessage(HttpMethod.Get, server.Url("/good?size=5000"));
        rest.Headers.TryAddWithoutValidation("Range", "bytes=1000-");
        rest.Headers.TryAddWithoutValidation("If-Range", first.Headers.ETag!.ToString());
        var second = await client.SendAsync(rest);
        second.StatusCode.Should().Be(HttpStatusCode.OK);
        second.Headers.ETag.Should().NotBe(first.Headers.ETag);
        (await second.Content.ReadAsByteArrayAsync()).Should().Equal(Content.Bytes(2, 5000));
    }

    [Theory]
    [InlineData(Routes.ShortBody)]
    [InlineData(Routes.CutChunked)]
    [InlineData(Routes.Reset)]
    public async Task CutRoutes_OnceThenGood(string route)
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var client = new HttpClient();
        await client.Invoking(c => c.GetByteArrayAsync(server.Url(route + "?size=30000"))).Should().ThrowAsync<HttpRequestException>();
        (await client.GetByteArrayAsync(server.Url(route + "?size=30000"))).Should().Equal(Content.Bytes(1, 30000));
        server.Requests.All[0].BodySent.Should().Be(15000);
    }

    [Theory]
    [InlineData("/weak-etag", "\"v1-1000\"", 200, "ETag: W/\"v1-1000\"", null)]
    [InlineData("/no-validator", null, 206, null, "ETag")]
    [InlineData("/no-validator", null, 206, null, "Last-Modified")]
    [InlineData("/date-only", "Wed, 02 Sep 2020 10:00:00 GMT", 206, "Last-Modified: Wed, 02 Sep 2020 10:00:00 GMT", "ETag")]
    [InlineData("/date-just-now", null, 206, null, "ETag")]
    [InlineData("/ignores-range", "\"v1-1000\"", 200, null, "Accept-Ranges")]
    [InlineData("/ignores-if-range", "\"old\"", 206, "ETag: \"v1-1000\"", null)]
    [InlineData("/silently-ignores-if-range", "\"old\"", 206, null, "ETag")]
    [InlineData("/answers-200-to-if-range", "\"v1-1000\"", 200, "ETag: \"v1-1000\"", "Content-Range")]
    [InlineData("/wrong-content-range", "\"v1-1000\"", 206, "Content-Range: bytes 400-999/1001", null)]
    [InlineData("/missing-content-range", "\"v1-1000\"", 206, null, "Content-Range")]
    [InlineData("/other-bytes", "\"v1-1000\"", 206, "Content-Range: bytes 399-999/1000", null)]
    [InlineData("/no-total", "\"v1-1000\"", 206, "Content-Range: bytes 400-999/*", null)]
    [InlineData("/shorter-206?most=10", "\"v1-1000\"", 206, "Content-Range: bytes 400-409/1000", null)]
    [InlineData("/always-416", "\"v1-1000\"", 416, "Content-Range: bytes */1000", null)]
    [InlineData("/bare-416?size=400", "\"v1-400\"", 416, "Content-Range: bytes */400", "ETag")]
    [InlineData("/empty", null, 416, "Content-Range: bytes */0", null)]
    [InlineData("/gzip-anyway", null, 200, "Content-Encoding: gzip", null)]
    [InlineData("/chunked", null, 206, "Transfer-Encoding: chunked", "Content-Length")]
    [InlineData("/304", null, 304, null, null)]
    [InlineData("/401", null, 401, "WWW-Authenticate: Basic realm=\"test\"", null)]
    [InlineData("/error-page?status=500", null, 500, "Content-Type: text/html", null)]
    [InlineData("/retry-after?seconds=7", null, 503, "Retry-After: 7", null)]
    [InlineData("/503-times", null, 503, null, null)]
    [InlineData("/good", "\"old\"", 200, "ETag: \"v1-1000\"", "Content-Range")]
    public async Task Route_RangeFrom400_DoesWhatItIsNamedFor(string route, string? ifRange, int status, string? has, string? hasNot)
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var client = new HttpClient();
        var url = server.Url(route);
        using var request = new HttpRequestMessage(HttpMethod.Get, url.Contains("size=") ? url : url + (url.Contains('?') ? "&" : "?") + "size=1000");
        request.Headers.TryAddWithoutValidation("Range", "bytes=400-");
        if (ifRange is not null)
            request.Headers.TryAddWithoutValidation("If-Range", ifRange);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        ((int)answer.StatusCode).Should().Be(status);
        var fields = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Select(h => $"{h.Key}: {h.Value}").ToArray();
        if (has is not null)
            fields.Should().Contain(has);
        if (hasNot is not null)
            fields.Should().NotContain(f => f.StartsWith(hasNot + ":", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ChangesAfter_TheGivenNumberOfRequests_AnotherVersion()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var client = new HttpClient();
        var url = server.Url("/changes-after/f?requests=2&size=100");
        (await client.GetByteArrayAsync(url)).Should().Equal(Content.Bytes(1, 100));
        (await client.GetByteArrayAsync(url)).Should().Equal(Content.Bytes(1, 100));
        (await client.GetByteArrayAsync(url)).Should().Equal(Content.Bytes(2, 100));
    }

    [Fact]
    public async Task Gate_HeldAnswer_ComesWhenReleased()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var client = new HttpClient();
        server.Gate.HoldAnswers();
        var answer = client.GetByteArrayAsync(server.Url("/good?size=10"));
        var request = await server.Requests.ArrivalOf(1);
        request.Ended.IsCompleted.Should().BeFalse();
        server.Gate.Release();
        (await answer).Should().HaveCount(10);
        await request.Ended.WaitAsync(Calls.Soon);
        request.BodySent.Should().Be(10);
    }

    [Fact]
    public void Content_AnyOffset_SameAsFromTheStart()
    {
        var whole = Content.Bytes(7, 1000);
        for (var offset = 0; offset < 40; offset++)
        {
            var part = new byte[100 + offset];
            Content.Fill(7, offset, part);
            part.Should().Equal(whole[offset..(offset + part.Length)]);
        }
        Content.Sha256(7, 1000).Should().Be(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(whole)));
    }
}
