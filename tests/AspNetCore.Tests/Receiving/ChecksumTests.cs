using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Server;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>checksum and checksum-trailer.</summary>
public sealed class ChecksumTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task Matches_Kept(string algorithm)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(7, 200_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        using var first = await receiver.Client.PatchAsync(url, 0, content[..90_000], ("Upload-Checksum", Of(algorithm, content[..90_000])));
        (first.Status(), first.Field("Upload-Offset")).Should().Be((204, "90000"));
        (await receiver.Client.OffsetAsync(url)).Should().Be(90_000);
        using var second = await receiver.Client.PatchAsync(url, 90_000, content[90_000..], ("Upload-Checksum", Of(algorithm, content[90_000..])));
        second.Status().Should().Be(204);
        _directory.Read("a").Should().Equal(content);
    }

    [Theory]
    [InlineData("sha1", 60_000)]
    [InlineData("sha256", 60_000)]
    [InlineData("sha256", 150_000)]
    public async Task DoesNotMatch_460_AndNotOneByteIsKept(string algorithm, int until)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(8, 150_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        (await receiver.Client.PatchAsync(url, 0, content[..50_000])).Dispose();
        var wrong = content[50_000..until];
        var checksum = Of(algorithm, wrong);
        wrong[^1] ^= 1;
        using var response = await receiver.Client.PatchAsync(url, 50_000, wrong, ("Upload-Checksum", checksum));
        (response.Status(), response.ReasonPhrase).Should().Be((460, "Checksum Mismatch"));
        (await receiver.Client.OffsetAsync(url)).Should().Be(50_000);
        new FileInfo(_directory.Paths.Bytes(UploadDirectory.IdOf(url))).Length.Should().Be(50_000);
        _directory.Names.Should().BeEmpty();
        using var right = await receiver.Client.PatchAsync(url, 50_000, content[50_000..]);
        right.Status().Should().Be(204);
        _directory.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task OfNoBytes_Checked()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(10);
        using var right = await receiver.Client.PatchAsync(url, 0, [], ("Upload-Checksum", Checksums.Sha1([])));
        using var wrong = await receiver.Client.PatchAsync(url, 0, [], ("Upload-Checksum", Checksums.Sha1([1])));
        (right.Status(), wrong.Status()).Should().Be((204, 460));
    }

    [Fact]
    public async Task ConnectionBreaks_NothingIsKept()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(9, 1000);
        var url = await receiver.Client.CreateAsync(content.Length);
        using var raw = await RawRequest.PatchAsync(receiver, url, 0, 1000, ("Upload-Checksum", Checksums.Sha1(content)));
        await raw.SendAsync(content.AsMemory(0, 500));
        await Waiting.WrittenAsync(_directory, url, 500);
        raw.Reset();
        (await receiver.Client.OffsetAsync(url)).Should().Be(0);
    }

    [Fact]
    public async Task ProcessEndsInTheMiddle_NotOneByteIsKept()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(9, 1000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        (await receiver.Client.PatchAsync(url, 0, content[..300])).Dispose();
        using var raw = await RawRequest.PatchAsync(receiver, url, 300, 700, ("Upload-Checksum", Checksums.Sha1(new byte[700])));
        await raw.SendAsync(content.AsMemory(300, 699));
        await Waiting.WrittenAsync(_directory, url, 999);
        using var left = _directory.Snapshot();
        await using var restarted = await Receiver.StartAsync(left.Options);
        (await restarted.Client.OffsetAsync(url)).Should().Be(300);
        (await restarted.Client.PatchAsync(url, 300, content[300..])).Dispose();
        left.Read("a").Should().Equal(content);
    }

    [Theory]
    [InlineData("sha1", true, 204)]
    [InlineData("sha256", true, 204)]
    [InlineData("sha1", false, 460)]
    [InlineData("md5", true, 400)]
    [InlineData(null, true, 400)]
    public async Task InTheTrailer_CheckedAlike(string? algorithm, bool right, int status)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(10, 1000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        using var raw = await RawRequest.StartAsync(
            receiver, "PATCH", url, ("Content-Type", TusClient.Type), ("Upload-Offset", "0"), ("Transfer-Encoding", "chunked"), ("Trailer", "Upload-Checksum"));
        await raw.SendChunkAsync(content.AsMemory(0, 400));
        await raw.SendChunkAsync(content.AsMemory(400));
        var field = algorithm switch
        {
            null => null,
            "md5" => "md5 1B2M2Y8AsgTpgAmY7PhCfg==",
            _ => Of(algorithm, right ? content : [1]),
        };
        await raw.SendChunkAsync(default, field is null ? "" : $"Upload-Checksum: {field}\r\n");
        (await raw.AnswerAsync()).Should().StartWith($"HTTP/1.1 {status}");
        (await receiver.Client.OffsetAsync(url)).Should().Be(status == 204 ? 1000 : 0);
    }

    private static string Of(string algorithm, byte[] bytes) => algorithm == "sha1" ? Checksums.Sha1(bytes) : Checksums.Sha256(bytes);
}
