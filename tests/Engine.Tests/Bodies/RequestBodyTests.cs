using System.Text;
using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Bodies;

public sealed class RequestBodyTests : IDisposable
{
    private const int Large = RequestBody.BufferBytes * 5 + 321;
    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public void Of_MethodWithoutABody_None(string method) =>
        RequestBody.Of(new RequestOptions { Method = method, ExtraData = new TextData("a") }).Should().BeNull();

    [Fact]
    public void Of_NoData_None() => RequestBody.Of(new RequestOptions { Method = "POST" }).Should().BeNull();

    [Fact]
    public async Task MemoryKinds_AsWritten_LengthKnown_AndAgain()
    {
        await Holds(new TextData("gr\u00fcn"), Encoding.UTF8.GetBytes("gr\u00fcn"));
        await Holds(new JsonData("{\"a\": 1}"), "{\"a\": 1}"u8.ToArray());
        await Holds(RequestData.FromObject(new { a = 1 }), "{\"a\":1}"u8.ToArray());
        await Holds(new BytesData([0, 255, 13]), [0, 255, 13]);
        await Holds(new TextData(""), []);
        await Holds(new BytesData(Content.Bytes(3, Large)), Content.Bytes(3, Large));
    }

    [Fact]
    public async Task File_Streamed_LengthKnown_AndAgain() => await Holds(new FileData(File(Content.Bytes(4, Large))), Content.Bytes(4, Large));

    [Fact]
    public async Task File_Empty_IsAnEmptyBody() => await Holds(new FileData(File([])), []);

    [Fact]
    public void File_ThatCannotBeRead_FailsBeforeAnythingIsSent()
    {
        Failure(Path.Combine(_directory, "none")).Should().Contain("does not exist");
        Failure(Path.Combine(_directory, "no", "such")).Should().Contain("does not exist");
        Failure(_directory).Should().Contain("is a directory");
        Failure("/dev/null").Should().Contain("not a regular file");

        static string Failure(string path)
        {
            var thrown = FluentActions.Invoking(() => Of(new FileData(path))).Should().Throw<TransferException>().Which.Error;
            thrown.Should().BeEquivalentTo(new { Code = ErrorCode.LocalReadFailed, Side = ErrorSide.Local, RetryCanHelp = false });
            return thrown.Message;
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task File_AnotherLengthThanAnnounced_Fails(int difference)
    {
        var path = File(new byte[100]);
        var body = Of(new FileData(path));
        await System.IO.File.WriteAllBytesAsync(path, new byte[100 + difference]);
        var thrown = await Assert.ThrowsAsync<TransferException>(async () => await body.WriteToAsync(new PieceStream(), CancellationToken.None));
        thrown.Error.Code.Should().Be(ErrorCode.LocalReadFailed);
        thrown.Error.Message.Should().Contain("changed while it was sent");
    }

    [Fact]
    public async Task File_GoneWhenItIsSent_Fails()
    {
        var path = File(new byte[100]);
        var body = Of(new FileData(path));
        System.IO.File.Delete(path);
        var thrown = await Assert.ThrowsAsync<TransferException>(async () => await body.WriteToAsync(new PieceStream(), CancellationToken.None));
        thrown.Error.Code.Should().Be(ErrorCode.LocalReadFailed);
    }

    [Fact]
    public async Task Stream_FromWhereItStands_OnceOnly()
    {
        var source = new MemoryStream(Content.Bytes(5, Large)) { Position = 100 };
        var data = new StreamData(source);
        var body = Of(data);
        body.Length.Should().BeNull();
        body.CanBeSentAgain.Should().BeFalse();
        var target = new PieceStream();
        await body.WriteToAsync(target, CancellationToken.None);
        target.Bytes.Should().Equal(Content.Bytes(5, Large)[100..]);

        var again = await Assert.ThrowsAsync<TransferException>(async () => await body.WriteToAsync(new PieceStream(), CancellationToken.None));
        again.Error.Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
        FluentActions.Invoking(() => Of(data)).Should().Throw<TransferException>().Which.Error.Code.Should().Be(ErrorCode.BodyCannotBeSentAgain);
    }

    [Fact]
    public async Task Stream_OfAKnownLength_GivesThatMuch()
    {
        var body = Of(new StreamData(new MemoryStream(new byte[10]), 7));
        body.Length.Should().Be(7);
        var target = new PieceStream();
        await body.WriteToAsync(target, CancellationToken.None);
        target.Bytes.Should().HaveCount(7);
    }

    [Fact]
    public async Task Stream_EndsBeforeItsLength_Fails()
    {
        var body = Of(new StreamData(new MemoryStream(new byte[10]), 11));
        var thrown = await Assert.ThrowsAsync<TransferException>(async () => await body.WriteToAsync(new PieceStream(), CancellationToken.None));
        thrown.Error.Code.Should().Be(ErrorCode.LocalReadFailed);
        thrown.Error.Message.Should().Contain("10 of 11 bytes");
    }

    [Fact]
    public async Task Stream_Throws_IsALocalReadError()
    {
        var body = Of(new StreamData(new AskedStream(_ => throw new InvalidOperationException("gone"))));
        var thrown = await Assert.ThrowsAsync<TransferException>(async () => await body.WriteToAsync(new PieceStream(), CancellationToken.None));
        thrown.Error.Should().BeEquivalentTo(new { Code = ErrorCode.LocalReadFailed, Stage = ErrorStage.Sending });
        thrown.Error.Message.Should().Contain("gone");
    }

    [Fact]
    public async Task Stream_NeverMoreThanOneBufferAhead()
    {
        long given = 0;
        var target = new PieceStream();
        var source = new AskedStream(buffer =>
        {
            (given - target.Length).Should().Be(0, "what was read before is written before more is read");
            var count = (int)Math.Min(buffer.Length, Large - given);
            given += count;
            return ValueTask.FromResult(count);
        });
        await Of(new StreamData(source)).WriteToAsync(target, CancellationToken.None);
        target.Length.Should().Be(Large);
        target.Pieces.Should().OnlyContain(p => p <= RequestBody.BufferBytes);
    }

    [Fact]
    public async Task Stream_ThatGivesNothingAndHeedsNoToken_IsLeftAtOnce()
    {
        var never = new TaskCompletionSource<int>();
        using var cancel = new CancellationTokenSource();
        var source = new AskedStream(_ =>
        {
            cancel.Cancel();
            return new ValueTask<int>(never.Task);
        });
        var writing = Of(new StreamData(source)).WriteToAsync(new PieceStream(), cancel.Token).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void StreamData_ComparesTheStream()
    {
        using var stream = new MemoryStream();
        var data = new StreamData(stream, 5);
        data.TryTake().Should().BeTrue();
        data.Should().Be(new StreamData(stream, 5));
        data.Should().NotBe(new StreamData(new MemoryStream(), 5));
    }

    private static RequestBody Of(RequestData data) => RequestBody.Of(new RequestOptions { Method = "POST", ExtraData = data })!;

    private static async Task Holds(RequestData data, byte[] bytes)
    {
        var body = Of(data);
        body.Length.Should().Be(bytes.Length);
        body.CanBeSentAgain.Should().BeTrue();
        for (var times = 0; times < 2; times++)
        {
            var target = new PieceStream();
            await body.WriteToAsync(target, CancellationToken.None);
            target.Bytes.Should().Equal(bytes);
            target.Pieces.Should().NotContain(p => p > RequestBody.BufferBytes);
        }
    }

    private string File(byte[] bytes)
    {
        var path = Path.Combine(_directory, "body.bin");
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }
}
