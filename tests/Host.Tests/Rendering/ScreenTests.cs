using System.Text;
using Ferry.Host.Rendering;
using Spectre.Console;

namespace Ferry.Host.Tests.Rendering;

public sealed class ScreenTests
{
    private const string GivesBack = "\e[?7h\e[?25h";
    private const string GivesAllBack = GivesBack + Terminal.UsualKeys;

    [Fact]
    public void Draw_ALineThatDoesNotFit_StaysOneLine()
    {
        using var scene = new BoardScene();
        scene.Terminal = scene.Terminal with { Size = () => (3, 24) };
        using var screen = new Screen(scene.Terminal);

        screen.Draw([new Text("one two three")]);

        scene.Out.Should().Contain("one two three").And.Subject.Count(c => c == '\n').Should().Be(1);
    }

    [Theory]
    [InlineData(0, 0, 80, 24)]
    [InlineData(0, 30, 80, 24)]
    [InlineData(132, 40, 132, 40)]
    public void Size_OfATerminalThatHasNone_IsTheUsualOne(int width, int height, int shownWidth, int shownHeight) =>
        Terminal.SizeOf(width, height).Should().Be((shownWidth, shownHeight));

    [Fact]
    public async Task GiveBack_WhileAFrameIsStuck_WritesPastIt()
    {
        using var scene = new StuckTerminal();
        using var screen = new Screen(scene.Terminal);
        var drawing = Task.Factory.StartNew(() => screen.Draw([new Text("a")]), TaskCreationOptions.LongRunning);
        await scene.Stuck;

        screen.GiveBack();

        scene.Raw.Should().Be(GivesAllBack);
        scene.Free();
        await drawing;
    }

    [Fact]
    public void GiveBack_NothingIsDrawnAfterIt()
    {
        using var scene = new BoardScene();
        using var raw = new MemoryStream();
        using (var screen = new Screen(scene.Terminal with { Raw = () => raw }))
        {
            screen.Draw([new Text("a")]);
            var before = scene.Out;

            screen.GiveBack();
            screen.Draw([new Text("b")]);
            screen.PrintAbove(new Text("c"));
            screen.Dispose();

            scene.Out.Should().Be(before);
        }
        Encoding.ASCII.GetString(raw.ToArray()).Should().Be(GivesAllBack);
    }

    [Fact]
    public void Stop_GivesTheTerminalBackBefore_AndTheNextFrameTakesItBelow()
    {
        using var scene = new BoardScene();
        using var raw = new OpenedAgain();
        using var screen = new Screen(scene.Terminal with { Raw = () => raw });
        screen.Draw([new Text("a")]);
        var before = scene.Out;
        var given = "";

        screen.Stop(() => given = Encoding.ASCII.GetString(raw.ToArray()));
        screen.Draw([new Text("a")]);

        given.Should().Be(GivesAllBack);
        scene.Out.Should().Be(before + before, "it is drawn as at first");
    }

    [Fact]
    public async Task Stop_WhileAFrameIsStuck_StopsAllTheSame()
    {
        using var scene = new StuckTerminal();
        using var screen = new Screen(scene.Terminal);
        var drawing = Task.Factory.StartNew(() => screen.Draw([new Text("a")]), TaskCreationOptions.LongRunning);
        await scene.Stuck;
        var given = "";

        screen.Stop(() =>
        {
            given = scene.Raw;
            scene.Free();
        });

        given.Should().Be(GivesAllBack);
        await drawing;
    }

    [Fact]
    public void GoOn_AfterAStopWithoutWarning_TheNextFrameTakesTheTerminalBelow()
    {
        using var scene = new BoardScene();
        using var screen = new Screen(scene.Terminal);
        screen.Draw([new Text("a")]);
        var before = scene.Out;

        screen.GoOn();
        screen.Draw([new Text("a")]);

        scene.Out.Should().Be(before + before);
    }

    [Fact]
    public void Stop_TheTerminalIsGone_StopsAllTheSame()
    {
        using var scene = new BoardScene();
        using var screen = new Screen(scene.Terminal with { Raw = () => throw new IOException("gone") });
        screen.Draw([new Text("a")]);
        var stopped = false;

        screen.Stop(() => stopped = true);

        stopped.Should().BeTrue();
    }

    [Fact]
    public void InTheBackground_NothingIsDrawn_AndLinesArePlain()
    {
        using var scene = new BoardScene();
        var foreground = false;
        using (var screen = new Screen(scene.Terminal with { HasForeground = () => foreground, Colours = false }))
        {
            screen.Draw([new Text("a")]);
            screen.PrintAbove(new Text("b"));
            scene.Out.Should().Be("b\n");

            foreground = true;
            screen.Draw([new Text("c")]);
            scene.Out.Should().StartWith("b\n\e[?25l\e[?7lc");

            foreground = false;
        }
        scene.Out.Should().EndWith("c\e[K\n\e[J" + GivesBack, "what was drawn is left, since another may have written below");
    }

    /// <summary>A terminal whose output takes nothing until it is freed.</summary>
    private sealed class StuckTerminal : IDisposable
    {
        private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _free = new();
        private readonly OpenedAgain _raw = new();

        public StuckTerminal() => Terminal = new Terminal(new StuckWriter(_stuck, _free), TextWriter.Null) { Raw = () => _raw };

        public Terminal Terminal { get; }

        public Task Stuck => _stuck.Task;

        public string Raw => Encoding.ASCII.GetString(_raw.ToArray());

        public void Free() => _free.Set();

        public void Dispose()
        {
            _free.Dispose();
            _raw.Dispose();
        }
    }

    /// <summary>Standard output, which is opened again after it was closed.</summary>
    private sealed class OpenedAgain : MemoryStream
    {
        public override void Close()
        {
        }
    }

    private sealed class StuckWriter(TaskCompletionSource stuck, ManualResetEventSlim free) : StringWriter
    {
        public override void Write(string? value)
        {
            stuck.TrySetResult();
            free.Wait();
        }
    }
}
