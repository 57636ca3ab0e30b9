using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>creation-defer-length: an upload whose length is told late.</summary>
public sealed class TusDeferredLengthTests(UploadFixture fixture) : TusTest(fixture)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeferredLength_BrokenBeforeItWasTold_IsToldThen(bool crash)
    {
        var upload = new UploadOptions { ChunkBytes = UploadFixture.Size, DeferLength = true, CreationWithUpload = true };
        var told = false;
        var cut = new CancellationTokenSource();
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method != "PATCH" || told)
                return Task.FromResult(false);
            told = true;
            seen.Field("upload-offset").Should().Be($"{UploadFixture.Size}", "only the length is left");
            if (crash)
                cut.Cancel();
            context.Abort();
            return Task.FromResult(true);
        };
        var driver = _f.Driver(_f.Tus(upload));
        if (crash)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driver.RunAsync(cutOff: cut.Token));
            await driver.DisposeAsync();
            driver = _f.Driver(_f.Tus(upload), [.. driver.Journal, new Checkpointed(UploadFixture.Size, UploadFixture.Size, "boot-1")]);
        }

        await driver.RunAsync();

        Completed(driver);
        Server.Requests.Last(r => r.Method == "PATCH").Field("upload-length").Should().Be($"{UploadFixture.Size}");
        Server.Methods.Count(m => m == "PATCH").Should().Be(2);
        driver.State.Identity!.Upload!.LengthDeferred.Should().BeFalse();
        cut.Dispose();
    }

    [Fact]
    public async Task DeferLength_IsToldWithTheLastChunk()
    {
        Completed(await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Chunk, DeferLength = true })));

        Server.Only.Should().Equal(_f.Bytes);
        Server.Requests.ElementAt(1).Field("upload-defer-length").Should().Be("1");
        Server.Requests.ElementAt(1).Field("upload-length").Should().BeNull();
        Server.Requests.Where(r => r.Method == "PATCH").Select(r => r.Field("upload-length")).Should().Equal([.. Enumerable.Repeat<string?>(null, 5), $"{UploadFixture.Size}"]);
    }

    [Fact]
    public async Task DeferLength_CrashAfterTheLastByteBeforeTheLength_TheLengthIsTold()
    {
        // The whole is there, and the server was never told that it is the whole.
        var request = _f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Size, DeferLength = true });
        var journal = await _f.CrashAfterAsync(request, 0);
        var told = false;
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method == "HEAD" && !told)
            {
                context.Response.Headers["Upload-Offset"] = $"{UploadFixture.Size}";
                context.Response.Headers["Upload-Defer-Length"] = "1";
                return Answer(true, context, 200);
            }
            if (seen.Method == "PATCH")
            {
                told = seen.Field("upload-length") == $"{UploadFixture.Size}";
                context.Response.Headers["Upload-Offset"] = $"{UploadFixture.Size}";
                return Answer(true, context, 204);
            }
            return Task.FromResult(false);
        };

        Completed(await _f.RunAsync(request, journal));

        told.Should().BeTrue();
    }
}
