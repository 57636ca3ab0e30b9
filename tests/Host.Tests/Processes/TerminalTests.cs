using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Processes;

/// <summary>A terminal gets its cursor and its line wrapping back on every way out.</summary>
public sealed class TerminalTests : ProcessTest
{
    private const string HidesCursor = "\e[?25l";
    private const string ShowsCursor = "\e[?25h";
    private const string WrapsNoLines = "\e[?7l";
    private const string WrapsLines = "\e[?7h";

    [Fact]
    public async Task Done_TheTerminalIsAsItWas()
    {
        using var process = PtyProcess.Start(["get", Server.Url($"/slow/f?size={2 * MiB}&rate={2 * MiB}"), "-o", Target], State);

        (await process.EndAsync()).Should().Be(0, process.Shown);

        ShouldBeAsItWas(process.Shown);
    }

    [Fact]
    public async Task Interrupt_TheTerminalIsAsItWas()
    {
        using var process = await StartDrawingAsync();
        process.Signal(UnixSignal.Interrupt);

        (await process.EndAsync()).Should().Be(130, process.Shown);

        process.Shown.Should().Contain("Stopped; file.bin keeps ");
        ShouldBeAsItWas(process.Shown);
    }

    [Theory]
    [InlineData(UnixSignal.Interrupt, UnixSignal.Terminate)]
    [InlineData(UnixSignal.Terminate, UnixSignal.Interrupt)]
    public async Task SecondSignal_EndsAtOnce_TheTerminalIsAsItWas(UnixSignal first, UnixSignal second)
    {
        using var process = await StartDrawingAsync();
        process.Signal(first, second);

        (await process.EndAsync()).Should().Be(130, process.Shown);

        ShouldBeAsItWas(process.Shown);
    }

    [Fact]
    public async Task Quit_EndsAtOnce_TheTerminalIsAsItWas()
    {
        const UnixSignal quit = (UnixSignal)3; // Ctrl-\
        using var process = await StartDrawingAsync();
        process.Signal(quit);

        (await process.EndAsync()).Should().Be(128 + (int)quit, process.Shown);

        ShouldBeAsItWas(process.Shown);
    }

    private async Task<PtyProcess> StartDrawingAsync()
    {
        var process = PtyProcess.Start(["get", Server.Url($"/slow/f?size={8 * MiB}&rate={MiB}"), "-o", Target], State);
        await process.ShowsAsync(HidesCursor);
        return process;
    }

    private static void ShouldBeAsItWas(string shown)
    {
        shown.Should().Contain(HidesCursor, "the progress was drawn");
        shown.LastIndexOf(ShowsCursor, StringComparison.Ordinal).Should().BeGreaterThan(shown.LastIndexOf(HidesCursor, StringComparison.Ordinal), shown);
        shown.LastIndexOf(WrapsLines, StringComparison.Ordinal).Should().BeGreaterThan(shown.LastIndexOf(WrapsNoLines, StringComparison.Ordinal), shown);
    }
}
