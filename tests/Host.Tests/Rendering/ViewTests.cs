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
        scene.Terminal = scene.Terminal with { Colours = false, Size = () => (100, 24) };
        using (var view = new LiveView(scene.Terminal, scene.Board))
            Play(scene, view);
        GoldenFile.Check("live-view", $"--- out\n{scene.Out.Replace("\e", "<ESC>", StringComparison.Ordinal)}--- error\n{scene.Error}");
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
