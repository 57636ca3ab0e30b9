using System.Diagnostics;
using System.Text;
using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Testing.Peers;
using Ferry.Testing.Server;
using Microsoft.AspNetCore.WebUtilities;

namespace Ferry.Engine.Tests.Bodies;

public sealed class MultipartBodyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Parts_AsRfc7578Says_ByteForByte()
    {
        var body = new MultipartBody(
            [
                new FormPart("a", "text/plain") { Data = new TextData("gr\u00fcn") },
                new FormPart("j", "application/json") { Data = new JsonData("{\"x\":1}"), RemoteFileName = "x y.json" },
                new FormPart("f", "application/octet-stream") { FilePath = File("some.bin", [1, 2, 3]) },
            ],
            "B", "multipart/form-data; boundary=B");
        var text = await Written(body);
        text.Should().Be(
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain\r\n\r\ngr\u00c3\u00bcn\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"j\"; filename=\"x y.json\"\r\nContent-Type: application/json\r\n\r\n{\"x\":1}\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"some.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n\u0001\u0002\u0003\r\n"
            + "--B--\r\n");
        body.Length.Should().Be(text.Length);
        body.CanBeSentAgain.Should().BeTrue();
    }

    [Fact]
    public async Task Names_QuotesAndLineBreaksPercentEncoded_SoThatNoneEndsItsField()
    {
        var part = new FormPart("a\"b\r\nX: y\\", "text/plain") { Data = new TextData("v"), RemoteFileName = "f\"\n\u00fc" };
        (await Written(new MultipartBody([part], "B", "x"))).Should()
            .Contain("Content-Disposition: form-data; name=\"a%22b%0D%0AX: y\\\"; filename=\"f%22%0A\u00c3\u00bc\"\r\nContent-Type");
    }

    [Fact]
    public async Task DataWinsOverFilePath_AndTheFileIsNotTouched()
    {
        var part = new FormPart("a", "text/plain") { Data = new TextData("v"), FilePath = Path.Combine(_directory, "none") };
        (await Written(new MultipartBody([part], "B", "x"))).Should().Contain("\r\n\r\nv\r\n").And.NotContain("filename");
    }

    [Fact]
    public void FileThatCannotBeRead_LocalReadFailed()
    {
        var part = new FormPart("a", "text/plain") { FilePath = Path.Combine(_directory, "none") };
        FluentActions.Invoking(() => new MultipartBody([part], "B", "x")).Should().Throw<TransferException>()
            .Which.Error.Code.Should().Be(ErrorCode.LocalReadFailed);
    }

    [Theory]
    [InlineData(null, "multipart/form-data; boundary=")]
    [InlineData("multipart/form-data", "multipart/form-data; boundary=")]
    [InlineData("Multipart/Form-Data; charset=utf-8;", "Multipart/Form-Data; charset=utf-8; boundary=")]
    public async Task ContentType_GetsABoundaryOfItsOwn(string? written, string beginning)
    {
        var (one, two) = (Of(written), Of(written));
        one.ContentType.Should().StartWith(beginning).And.NotBe(two.ContentType, "nobody can foresee it");
        var boundary = one.ContentType![beginning.Length..];
        (await Written(one)).Should().StartWith($"--{boundary}\r\n").And.EndWith($"\r\n--{boundary}--\r\n");
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=mine")]
    [InlineData("multipart/form-data; boundary=\"mine\"")]
    public async Task ContentType_WithABoundaryOfTheCaller_IsKept(string written)
    {
        var body = Of(written);
        body.ContentType.Should().Be(written);
        (await Written(body)).Should().StartWith("--mine\r\n");
    }

    [Fact]
    public async Task Parts_ReadBackByAnotherReader()
    {
        var large = Content.Bytes(7, RequestBody.BufferBytes * 3 + 5);
        var body = RequestBody.Of(new RequestOptions
        {
            Method = "POST",
            MultiFormData =
            [
                new FormPart("one", "text/plain") { Data = new BytesData([13, 10, 45, 45]) },
                new FormPart("two", "image/png") { FilePath = File("p.png", large), RemoteFileName = "q.png" },
            ],
        })!;
        var target = new PieceStream();
        await body.WriteToAsync(target, CancellationToken.None);
        target.Position = 0;
        target.Length.Should().Be(body.Length);
        target.Pieces.Should().OnlyContain(p => p <= RequestBody.BufferBytes);
        var reader = new MultipartReader(body.ContentType!.Split("boundary=")[1], target);
        var (first, firstBytes) = await Section(reader);
        first.ContentDisposition.Should().Be("form-data; name=\"one\"");
        firstBytes.Should().Equal(13, 10, 45, 45);
        var (second, secondBytes) = await Section(reader);
        second.ContentDisposition.Should().Be("form-data; name=\"two\"; filename=\"q.png\"");
        second.ContentType.Should().Be("image/png");
        secondBytes.Should().Equal(large);
        (await reader.ReadNextSectionAsync()).Should().BeNull();
    }

    [PeerFact("curl")]
    public async Task Parts_AsCurlWritesThem()
    {
        var file = File("we\"ird\\ n\u00e4me.txt", Content.Bytes(2, 100_000));
        await using var server = await MisbehavingServer.StartAsync();
        string[] arguments =
        [
            "-sS", "--fail", "-F", "plain=v\"a\\l;type=text/plain", "-F", "na\"m\\e\n\u00fc=\u00e9;type=text/x",
            "-F", "j={\"a\":1};type=application/json;filename=\"b c.json\"", "-F", $"f=@\"{Escaped(file)}\";type=application/octet-stream",
            "-F", $"g=@\"{Escaped(file)}\";type=image/png;filename=\"other.png\"", server.Url("/echo"),
        ];
        using var curl = Process.Start(new ProcessStartInfo(Peer.Find("curl")!, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        curl.ExitCode.Should().Be(0);

        var boundary = server.Requests.Last.Field("content-type")!.Split("boundary=")[1];
        var ours = new MultipartBody(
            [
                new FormPart("plain", "text/plain") { Data = new TextData("v\"a\\l") },
                new FormPart("na\"m\\e\n\u00fc", "text/x") { Data = new TextData("\u00e9") },
                new FormPart("j", "application/json") { Data = new JsonData("{\"a\":1}"), RemoteFileName = "b c.json" },
                new FormPart("f", "application/octet-stream") { FilePath = file },
                new FormPart("g", "image/png") { FilePath = file, RemoteFileName = "other.png" },
            ],
            boundary, "");
        (await Written(ours)).Should().Be(Encoding.Latin1.GetString(server.Requests.Last.Body));
        server.Requests.Last.Field("content-length").Should().Be($"{ours.Length}");

        static string Escaped(string name) => name.Replace("\\", "\\\\").Replace("\"", "\\\"");
    }

    private static MultipartBody Of(string? contentType) => MultipartBody.Of(new RequestOptions
    {
        Method = "POST",
        Headers = contentType is null ? [] : [new("content-type", contentType)],
        MultiFormData = [new FormPart("a", "text/plain") { Data = new TextData("v") }],
    });

    private static async Task<string> Written(RequestBody body)
    {
        var target = new PieceStream();
        await body.WriteToAsync(target, CancellationToken.None);
        return Encoding.Latin1.GetString(target.Bytes);
    }

    private static async Task<(MultipartSection Section, byte[] Bytes)> Section(MultipartReader reader)
    {
        var section = (await reader.ReadNextSectionAsync())!;
        using var bytes = new MemoryStream();
        await section.Body.CopyToAsync(bytes);
        return (section, bytes.ToArray());
    }

    private string File(string name, byte[] bytes)
    {
        var path = Path.Combine(_directory, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }
}
