using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>Bodies that are no file, by tus: bytes and streams.</summary>
public sealed class TusBodyTests(UploadFixture fixture) : TusTest(fixture)
{
    [Fact]
    public async Task Bytes_AreUploadedLikeAFile()
    {
        Completed(await _f.RunAsync(_f.Tus(data: new BytesData(_f.Bytes))));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Theory]
    [InlineData(true, UploadFixture.Size)]
    [InlineData(false, UploadFixture.Size)]
    [InlineData(false, 0)]
    [InlineData(false, 2 * UploadFixture.Chunk)]
    public async Task Stream_IsUploadedInPieces_LengthKnownOrNot(bool knowsLength, int size)
    {
        var bytes = _f.Bytes[..size];
        var data = new StreamData(new MemoryStream(bytes), knowsLength ? size : null);

        Completed(await _f.RunAsync(_f.Tus(data: data))).Length.Should().Be(size);

        Server.Only.Should().Equal(bytes);
        Server.Requests.Last().Field("upload-length").Should().Be(knowsLength ? null : $"{size}");
    }

    [Fact]
    public async Task Stream_ConnectionBreaks_ThePieceIsSentAgainFromMemory()
    {
        var patches = 0;
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != "PATCH" || ++patches != 2)
                return false;
            await Server.BreakAfterAsync(context, 5000);
            return true;
        };

        Completed(await _f.RunAsync(_f.Tus(data: new StreamData(new MemoryStream(_f.Bytes)))));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Stream_ServerLostWhatItAcknowledged_FailsSinceAStreamGivesNothingTwice()
    {
        var patches = 0;
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method != "PATCH" || ++patches != 3)
                return Task.FromResult(false);
            Server.Forget();
            return Answer(true, context, 404);
        };

        Failed(await _f.RunAsync(_f.Tus(data: new StreamData(new MemoryStream(_f.Bytes))))).Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
    }
}
