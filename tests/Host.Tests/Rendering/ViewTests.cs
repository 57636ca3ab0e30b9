using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Host.Json;
using Ferry.Host.Rendering;
using Ferry.Host.Tests.Golden;

namespace Ferry.Host.Tests.Rendering;

public sealed class ViewTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void LinesView_WholeRun()
    {
        using var scene = Scene();
        using var view = new LinesView(scene.Terminal, scene.Board);
        Play(scene, view);
        GoldenFile.Check("lines-view", $"--- out\n{scene.Out}--- error\n{scene.Error}");
    }

    [Fact]
    public void QuietView_WholeRun_OnlyErrors()
    {
        using var scene = Scene();
        using var view = new QuietView(scene.Terminal);
        Play(scene, view);
        scene.Out.Should().BeEmpty();
        GoldenFile.Check("quiet-view", scene.Error);
    }

    [Fact]
    public void JsonView_WholeRun()
    {
        using var scene = Scene();
        using var view = new JsonView(scene.Terminal, scene.Board);
        Play(scene, view);
        GoldenFile.Check("json-view", $"--- out\n{scene.Out}--- error\n{scene.Error}");
    }

    [Fact]
    public void LiveView_WholeRun_EveryFrame()
    {
        using var scene = Scene();
        scene.Terminal = scene.Terminal with { Colours = false, ErrorColours = false, Size = () => (100, 24) };
        using (var view = new LiveView(scene.Terminal, scene.Board))
            Play(scene, view);
        GoldenFile.Check("live-view", $"--- out\n{scene.Out.Replace("\e", "<ESC>", StringComparison.Ordinal)}--- error\n{scene.Error}");
    }

    [Fact]
    public void LiveView_ErrorsElsewhere_ArePlainText_AndTheTableStays()
    {
        using var scene = Scene();
        scene.Terminal = scene.Terminal with { ErrorColours = false, IsErrorInteractive = false };
        using var view = new LiveView(scene.Terminal, scene.Board);
        view.Tick();
        var before = scene.Out;

        view.Accepted(scene[1], ["The option does not take effect."]);
        scene.Fail(1, ErrorCode.RemoteFileNotFound, "The server has no such file (404).", 0, view);

        scene.Out.Should().Be(before);
        scene.Error.Should().Be("gone.zip: The option does not take effect.\nferry: gone.zip: The server has no such file (404). [2300078]\n");
    }

    [Fact]
    public void Interrupted_SaysWhatIsKeptAndHowToGoOn()
    {
        using var scene = new BoardScene("big.iso");
        using var view = new LinesView(scene.Terminal, scene.Board);
        view.Accepted(scene[0], []);
        scene.Receive(0, 0, 8 * MiB, 3, 64 * MiB, view);
        view.Stopping();
        view.End(interrupted: true);
        scene.Error.Should().Be("Stopped; big.iso keeps 24.0 MiB. Run the same command again to go on.\n");
    }

    [Fact]
    public void JsonView_Interrupted_EachUnfinishedTransferHasALastLine()
    {
        using var scene = new BoardScene("a", "b");
        using var view = new JsonView(scene.Terminal, scene.Board);
        scene.Receive(0, 0, MiB, 1, 4 * MiB).Complete(1, 5, 5, 0);
        view.End(interrupted: true);
        scene.Out.Should().Be("""{"event":"interrupted","id":"id0","path":"/data/a","bytes":1048576}""" + "\n");
    }

    [Fact]
    public void LinesView_Uploads()
    {
        using var scene = Uploads();
        using var view = new LinesView(scene.Terminal, scene.Board);
        PlayUploads(scene, view);
        GoldenFile.Check("lines-view-uploads", $"--- out\n{scene.Out}--- error\n{scene.Error}");
    }

    [Fact]
    public void JsonView_Uploads()
    {
        using var scene = Uploads();
        using var view = new JsonView(scene.Terminal, scene.Board);
        PlayUploads(scene, view);
        GoldenFile.Check("json-view-uploads", $"--- out\n{scene.Out}--- error\n{scene.Error}");
    }

    [Fact]
    public void LiveView_Uploads_EveryFrame()
    {
        using var scene = Uploads();
        scene.Terminal = scene.Terminal with { Colours = false, ErrorColours = false, Size = () => (100, 24) };
        using (var view = new LiveView(scene.Terminal, scene.Board))
            PlayUploads(scene, view);
        GoldenFile.Check("live-view-uploads", $"--- out\n{scene.Out.Replace("\e", "<ESC>", StringComparison.Ordinal)}--- error\n{scene.Error}");
    }

    [Theory]
    [InlineData("POST", UploadProtocol.Tus, "Stopped; big.iso came to 24.0 MiB. Run the same command again to go on.")]
    [InlineData("PUT", UploadProtocol.Plain, "Stopped; big.iso cannot go on in the middle: the same command sends it from the start.")]
    [InlineData("POST", UploadProtocol.Plain, "Stopped; big.iso may have arrived all the same: look at the server before you send it again.")]
    public void Interrupted_Upload_SaysWhatTheNextRunDoes(string method, UploadProtocol protocol, string sentence)
    {
        using var scene = BoardScene.OfUploads(("big.iso", method, protocol));
        using var view = new LinesView(scene.Terminal, scene.Board);
        scene.Send(0, 0, 8 * MiB, 3, 64 * MiB, view);
        view.End(interrupted: true);
        scene.Error.Should().Be(sentence + "\n");
    }

    [Theory]
    [InlineData("application/octet-stream", new byte[] { 65 })]
    [InlineData(null, new byte[] { 65 })]
    [InlineData("text/plain", new byte[] { 0xff, 0xfe })]
    [InlineData("text/plain", new byte[] { })]
    public void AnswerText_NoTextOrNone_IsLeftOut(string? type, byte[] body) => TextOf(type, body).Should().BeNull();

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("application/problem+json; charset=utf-8", "{}")]
    [InlineData("text/html", "gr\u00fcn")]
    public void AnswerText_ShortText_IsGiven(string type, string text) => TextOf(type, System.Text.Encoding.UTF8.GetBytes(text)).Should().Be(text);

    [Fact]
    public void AnswerText_Long_IsLeftOut() => TextOf("text/plain", new byte[9000]).Should().BeNull();

    private static string? TextOf(string? type, byte[] body)
    {
        HeaderField[] fields = type is null ? [] : [new HeaderField("content-type", type)];
        var head = new Engine.Http.AnswerHead(201, null, new Version(1, 1), new Uri("http://a/"), fields);
        return AnswerText.Of(new(TransferId.Parse("x"), 1, new CompletedOutcome(1, null, null), head, body, body.Length, 0));
    }

    private static BoardScene Uploads() => BoardScene.OfUploads(
        ("big.iso", "POST", UploadProtocol.Tus), ("cat.jpg", "PUT", UploadProtocol.Plain), ("lost.tar", "POST", UploadProtocol.Tus),
        ("full.zip", "POST", UploadProtocol.Tus), ("known.txt", "PUT", UploadProtocol.Plain), ("said.txt", "POST", UploadProtocol.Plain));

    private static void PlayUploads(BoardScene scene, ITransferView view)
    {
        foreach (var row in scene.Board.Rows)
            view.Accepted(row, row.Name == "cat.jpg" ? ["The content-type does not take effect."] : []);
        scene.Send(0, 24 * MiB, 8 * MiB, 3, 64 * MiB, view);
        view.Tick();
        scene.Retry(0, 1, TimeSpan.FromSeconds(2), view);
        scene.Restart(1, RestartReason.SentFromStart, view).Send(1, 0, MiB, 1, MiB, view).Taken(1, MiB, MiB, 0, 201, view: view);
        scene.Send(2, 2 * MiB, MiB, 1, 4 * MiB, view).Restart(2, RestartReason.UploadLost, view);
        scene.Fail(2, ErrorCode.LocalReadFailed, "'/data/lost.tar' changed since its upload began.", 0, view);
        scene.Send(3, 0, MiB, 1, 4 * MiB, view).Fail(3, ErrorCode.RemoteDiskFull, "The server's disk is full (507).", MiB, view);
        scene.Complete(4, 5, 0, 0, path: null, view: view);
        scene.Send(5, 0, 7, 1, 7, view).Taken(5, 7, 7, 0, 201, "hello\r\n\e[31mbold\n", view);
        scene.Send(0, 48 * MiB, 8 * MiB, 2, 64 * MiB, view).Taken(0, 64 * MiB, 40 * MiB, 24 * MiB, 204, view: view);
    }

    private static BoardScene Scene() => new("big.iso", "gone.zip", "changed.tar", "here.txt", "renamed.txt", "stopped.bin");

    private static void Play(BoardScene scene, ITransferView view)
    {
        foreach (var row in scene.Board.Rows)
            view.Accepted(row, row.Name == "gone.zip" ? ["resumeFrom is out of range and does not take effect."] : []);
        scene.Headers(0, 24 * MiB, 64 * MiB, view).Headers(2, 0, 4 * MiB, view);
        scene.Receive(0, 24 * MiB, 8 * MiB, 3, 64 * MiB, view);
        view.Tick();
        scene.Retry(0, 1, TimeSpan.FromSeconds(2), view);
        view.Tick();
        scene.Fail(1, ErrorCode.RemoteFileNotFound, "The server has no such file (404).", 0, view);
        scene.Receive(2, 0, MiB, 1, 4 * MiB, view).Restart(2, RestartReason.ResourceChanged, view);
        scene.Fail(2, ErrorCode.LocalWriteFailed, "The disk of '/data' is full.", 3 * MiB, view);
        scene.Complete(3, 5, 0, 0, view: view);
        scene.Complete(4, 7, 7, 0, new string('a', 64), "/data/renamed (1).txt", view);
        scene.Cancel(5, view);
        scene.Receive(0, 48 * MiB, 8 * MiB, 2, 64 * MiB, view);
        scene.Complete(0, 64 * MiB, 40 * MiB, 24 * MiB, view: view);
        view.End(interrupted: false);
    }
}
