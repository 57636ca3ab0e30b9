using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Server;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>The straight path: created, sent in pieces, finished.</summary>
public sealed class UploadTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Patched_InTwoPieces_FileLandsUnderItsName()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(1, 100_000);
        var url = await receiver.Client.CreateAsync(content.Length, "photo.jpg");
        using var first = await receiver.Client.PatchAsync(url, 0, content[..40_000]);
        (first.Status(), first.Field("Upload-Offset")).Should().Be((204, "40000"));
        (await receiver.Client.OffsetAsync(url)).Should().Be(40_000);
        _directory.Names.Should().BeEmpty();
        using var second = await receiver.Client.PatchAsync(url, 40_000, content[40_000..]);
        (second.Status(), second.Field("Upload-Offset")).Should().Be((204, "100000"));
        _directory.Names.Should().Equal("photo.jpg");
        _directory.Read("photo.jpg").Should().Equal(content);
        (await receiver.Client.OffsetAsync(url)).Should().Be(100_000);
    }
}
