using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Transfers;
using Ferry.Host.Rendering;
using Ferry.Host.Tests.Golden;

namespace Ferry.Host.Tests.Rendering;

public sealed class ProgressTableTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(132)]
    [InlineData(100)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(40)]
    [InlineData(20)]
    public void Lines_AnyWidth_FitTheTerminal(int width)
    {
        using var scene = Mixed();
        scene.Terminal = scene.Terminal with { Size = () => (width, 24) };

        var lines = Draw(scene);

        lines.Should().OnlyContain(line => Cells.Width(line) < width);
        GoldenFile.Check($"table-{width}", string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void Lines_NoColourNoUnicode_ArePlainAscii()
    {
        using var scene = Mixed();
        scene.Terminal = scene.Terminal with { Colours = false, Unicode = false, Size = () => (100, 24) };

        var lines = Draw(scene);

        string.Join("", lines).Where(c => c != '文').Should().OnlyContain(c => char.IsAscii(c) && !char.IsControl(c));
        GoldenFile.Check("table-ascii", string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void Lines_Colours_AreEscapeSequences()
    {
        using var scene = new BoardScene("a.iso").Receive(0, 0, MiB, 2, 10 * MiB);
        using var screen = new Screen(scene.Terminal);

        screen.Ansi(new ProgressTable(scene.Terminal).Lines(scene.Board)[0]).Should().Contain("\e[");
    }

    [Fact]
    public void Lines_ManyFiles_ShowsTheActiveOnesAndTheSums()
    {
        using var scene = new BoardScene([.. Enumerable.Range(0, 200).Select(n => $"file-{n:000}.bin")]);
        scene.Complete(0, MiB, MiB, 0).Fail(1, ErrorCode.AccessDenied, "The server denies access.", 0);
        for (var i = 10; i < 14; i++)
            scene.Receive(i, 0, MiB, 2, 8 * MiB);
        scene.Terminal = scene.Terminal with { Colours = false };

        GoldenFile.Check("table-many", string.Join('\n', Draw(scene)) + "\n");
    }

    [Fact]
    public void Lines_LowTerminal_LeavesRoomForTheSums()
    {
        using var scene = new BoardScene([.. Enumerable.Range(0, 10).Select(n => $"file-{n:000}.bin")]);
        for (var i = 0; i < 10; i++)
            scene.Phase(i, TransferPhase.Probing);
        scene.Terminal = scene.Terminal with { Size = () => (80, 6) };

        Draw(scene).Should().HaveCount(4);
    }

    [Fact]
    public void Lines_NameWithEscapeSequences_CannotMoveTheCursor()
    {
        using var scene = new BoardScene("a\e[2Jb.iso");
        scene.Terminal = scene.Terminal with { Colours = false };

        string.Join("", Draw(scene)).Should().NotContain("\e").And.Contain("a?[2Jb.iso");
    }

    private static BoardScene Mixed() => new BoardScene("ubuntu-24.04.1-desktop-amd64.iso", "文文文.tar.gz", "unknown-length", "slow.zip", "waiting.zip", "check.bin")
        .Receive(0, 100 * MiB, 20 * MiB, 5, 6000 * MiB)
        .Receive(1, 0, MiB / 2, 3, 2 * MiB)
        .Receive(2, 0, 3 * MiB, 3, null)
        .Receive(3, 0, 1000, 3, MiB)
        .Retry(3, 2, TimeSpan.FromSeconds(8))
        .Progress(5, 4 * MiB, 4 * MiB)
        .Phase(5, TransferPhase.Verifying);

    private static string[] Draw(BoardScene scene)
    {
        var plain = scene.Terminal with { Colours = false };
        using var screen = new Screen(plain);
        return [.. new ProgressTable(scene.Terminal).Lines(scene.Board).Select(line => screen.Ansi(line))];
    }
}
