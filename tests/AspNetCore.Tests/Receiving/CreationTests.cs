using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Server;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>POST: creation, creation-with-upload, creation-defer-length.</summary>
public sealed class CreationTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Created_201_WithARelativeLocation_AndNoTwoAreAlike()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var first = await receiver.Client.PostAsync(100);
        using var second = await receiver.Client.PostAsync(100);
        (first.Status(), second.Status()).Should().Be((201, 201));
        first.Headers.Location!.ToString().Should().MatchRegex("^/files/[0-9a-f]{32}$").And.NotBe(second.Headers.Location!.ToString());
        first.Field("Upload-Offset").Should().BeNull("no bytes came with it");
    }

    [Fact]
    public async Task Created_HeadTellsWhatWasCreated()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var metadata = "filename YQ==,  empty,note w6k=";
        using var response = await receiver.Client.SendAsync("POST", "/files", null, ("Upload-Length", "100"), ("Upload-Metadata", metadata));
        using var head = await receiver.Client.HeadAsync(response.Headers.Location!.ToString());
        head.Status().Should().Be(200);
        head.Field("Upload-Offset").Should().Be("0");
        head.Field("Upload-Length").Should().Be("100");
        head.Field("Upload-Defer-Length").Should().BeNull();
        head.Field("Upload-Metadata").Should().Be(metadata);
        head.Field("Cache-Control").Should().Be("no-store");
    }

    [Fact]
    public async Task NoMetadata_HeadTellsNone()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var head = await receiver.Client.HeadAsync(await receiver.Client.CreateAsync(1));
        head.Field("Upload-Metadata").Should().BeNull();
    }

    [Fact]
    public async Task LargerThanAllowed_413_AndNothingIsMade()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options with { MaxSize = 100 });
        using var response = await receiver.Client.PostAsync(101);
        response.Status().Should().Be(413);
        _directory.WorkNames.Should().BeEmpty();
        using var largest = await receiver.Client.PostAsync(100);
        largest.Status().Should().Be(201);
    }

    [Fact]
    public async Task ZeroLength_IsFinishedAtOnce()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var response = await receiver.Client.PostAsync(0, "empty.txt");
        (response.Status(), response.Field("Upload-Expires")).Should().Be((201, null));
        _directory.Names.Should().Equal("empty.txt");
        _directory.Read("empty.txt").Should().BeEmpty();
        (await receiver.Client.OffsetAsync(response.Headers.Location!.ToString())).Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WithUpload_Whole_FileLands(bool chunked)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(2, 70_000);
        using var response = await receiver.Client.SendAsync(
            "POST", "/files", chunked ? TusClient.Chunked(content) : TusClient.Bytes(content), ("Upload-Length", "70000"), ("Upload-Metadata", TusClient.FileName("a.bin")));
        (response.Status(), response.Field("Upload-Offset")).Should().Be((201, "70000"));
        _directory.Read("a.bin").Should().Equal(content);
    }

    [Fact]
    public async Task WithUpload_FirstPart_GoesOnByPatch()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(2, 1000);
        using var response = await receiver.Client.SendAsync("POST", "/files", TusClient.Bytes(content[..400]), ("Upload-Length", "1000"));
        (response.Status(), response.Field("Upload-Offset")).Should().Be((201, "400"));
        var url = response.Headers.Location!.ToString();
        using var rest = await receiver.Client.PatchAsync(url, 400, content[400..]);
        rest.Status().Should().Be(204);
        _directory.Read(UploadDirectory.IdOf(url)).Should().Equal(content);
    }

    [Fact]
    public async Task WithUpload_TypeButNoBytes_OffsetIsZero()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var response = await receiver.Client.SendAsync("POST", "/files", TusClient.Bytes([]), ("Upload-Length", "10"));
        (response.Status(), response.Field("Upload-Offset")).Should().Be((201, "0"));
    }

    [Fact]
    public async Task WithUpload_OfAnotherType_415_AndNothingIsMade()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var response = await receiver.Client.SendAsync("POST", "/files", new ByteArrayContent(new byte[10]), ("Upload-Length", "10"));
        response.Status().Should().Be(415);
        _directory.WorkNames.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WithUpload_TooLong_413_AndNothingIsLeft(bool chunked)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var body = chunked ? TusClient.Chunked(new byte[11]) : TusClient.Bytes(new byte[11]);
        using var response = await receiver.Client.SendAsync("POST", "/files", body, ("Upload-Length", "10"));
        response.Status().Should().Be(413);
        _directory.WorkNames.Should().BeEmpty();
        _directory.Names.Should().BeEmpty();
    }

    [Fact]
    public async Task WithUpload_ChecksumWrong_460_AndNothingIsLeft()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var response = await receiver.Client.SendAsync(
            "POST", "/files", TusClient.Bytes(new byte[10]), ("Upload-Length", "10"), ("Upload-Checksum", Checksums.Sha1(new byte[9])));
        response.Status().Should().Be(460);
        _directory.WorkNames.Should().BeEmpty();
        _directory.Names.Should().BeEmpty();
    }

    [Fact]
    public async Task WithUpload_ConnectionBreaks_NothingIsLeft_NobodyKnowsItsUrl()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var raw = await RawRequest.StartAsync(
            receiver, "POST", "/files", ("Content-Type", TusClient.Type), ("Upload-Length", "1000"), ("Content-Length", "1000"));
        await raw.SendAsync(new byte[500]);
        await Waiting.UntilAsync(() => _directory.WorkNames.Length == 2);
        raw.Reset();
        await Waiting.UntilAsync(() => _directory.WorkNames.Length == 0);
    }

    [Fact]
    public async Task Deferred_LengthComesWithALaterPatch()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(3, 1000);
        var url = await receiver.Client.CreateAsync(null, "late");
        using (var patched = await receiver.Client.PatchAsync(url, 0, content[..300]))
            patched.Field("Upload-Offset").Should().Be("300");
        using (var head = await receiver.Client.HeadAsync(url))
        {
            (head.Field("Upload-Defer-Length"), head.Field("Upload-Length"), head.Field("Upload-Offset")).Should().Be(("1", null, "300"));
        }
        using (var patched = await receiver.Client.PatchAsync(url, 300, content[300..600], ("Upload-Length", "1000")))
            patched.Field("Upload-Offset").Should().Be("600");
        using (var head = await receiver.Client.HeadAsync(url))
        {
            (head.Field("Upload-Defer-Length"), head.Field("Upload-Length")).Should().Be((null, "1000"));
        }
        using (var changed = await receiver.Client.PatchAsync(url, 600, content[600..], ("Upload-Length", "1001")))
            changed.Status().Should().Be(400);
        using (var last = await receiver.Client.PatchAsync(url, 600, content[600..]))
            last.Field("Upload-Offset").Should().Be("1000");
        _directory.Read("late").Should().Equal(content);
    }

    [Fact]
    public async Task Deferred_LengthIsWhatIsThere_FinishesWithoutABody()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(null, "late");
        (await receiver.Client.PatchAsync(url, 0, new byte[300])).Dispose();
        using var last = await receiver.Client.PatchAsync(url, 300, [], ("Upload-Length", "300"));
        (last.Status(), last.Field("Upload-Offset")).Should().Be((204, "300"));
        _directory.Names.Should().Equal("late");
    }

    [Theory]
    [InlineData(true, 413)]
    [InlineData(false, 460)]
    public async Task Deferred_RefusedPatch_ItsLengthDoesNotCountEither(bool tooLong, int status)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(3, 150);
        var url = await receiver.Client.CreateAsync(null, "late");
        (await receiver.Client.PatchAsync(url, 0, content[..100])).Dispose();
        using var refused = tooLong
            ? await receiver.Client.PatchAsync(url, 100, TusClient.Chunked(content[100..]), ("Upload-Length", "100"))
            : await receiver.Client.PatchAsync(url, 100, content[100..149], ("Upload-Length", "149"), ("Upload-Checksum", Checksums.Sha1(content)));
        refused.Status().Should().Be(status);
        using (var head = await receiver.Client.HeadAsync(url))
            (head.Field("Upload-Offset"), head.Field("Upload-Length"), head.Field("Upload-Defer-Length")).Should().Be(("100", null, "1"));
        _directory.Names.Should().BeEmpty();
        (await receiver.Client.PatchAsync(url, 100, content[100..], ("Upload-Length", "150"))).Dispose();
        _directory.Read("late").Should().Equal(content);
    }

    [Fact]
    public async Task Deferred_LengthWithoutABody_IsKept()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(null, "late");
        (await receiver.Client.PatchAsync(url, 0, [], ("Upload-Length", "300"))).Dispose();
        using var head = await receiver.Client.HeadAsync(url);
        (head.Field("Upload-Offset"), head.Field("Upload-Length")).Should().Be(("0", "300"));
    }

    [Fact]
    public async Task Deferred_ConnectionBreaksAfterTheLastByte_TheLengthIsKeptWithIt()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(null, "late");
        using (var raw = await RawRequest.StartAsync(
            receiver, "PATCH", url, ("Content-Type", TusClient.Type), ("Upload-Offset", "0"), ("Upload-Length", "5"), ("Transfer-Encoding", "chunked")))
        {
            await raw.SendAsync("5\r\nabcde\r\n"u8.ToArray());
            await Waiting.WrittenAsync(_directory, url, 5);
            raw.Reset();
        }
        (await receiver.Client.OffsetAsync(url)).Should().Be(5);
        _directory.Read("late").Should().Equal("abcde"u8.ToArray());
    }

    [Fact]
    public async Task Deferred_BeyondTheLargest_413_AndNothingOfItIsKept()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options with { MaxSize = 100 });
        var url = await receiver.Client.CreateAsync(null);
        (await receiver.Client.PatchAsync(url, 0, new byte[60])).Dispose();
        using var chunked = await receiver.Client.PatchAsync(url, 60, TusClient.Chunked(new byte[41]));
        using var counted = await receiver.Client.PatchAsync(url, 60, new byte[41]);
        using var told = await receiver.Client.PatchAsync(url, 60, [], ("Upload-Length", "101"));
        (chunked.Status(), counted.Status(), told.Status()).Should().Be((413, 413, 413));
        (await receiver.Client.OffsetAsync(url)).Should().Be(60);
    }

    [Fact]
    public async Task Deferred_ShorterThanWhatIsThere_400()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(null);
        (await receiver.Client.PatchAsync(url, 0, new byte[60])).Dispose();
        using var response = await receiver.Client.PatchAsync(url, 60, [], ("Upload-Length", "59"));
        response.Status().Should().Be(400);
    }
}
