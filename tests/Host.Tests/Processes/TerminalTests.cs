using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Processes;

/// <summary>A terminal gets its cursor and its line wrapping back on every way out.</summary>
public sealed class TerminalTests : ProcessTest
{
    private const string HidesCursor = "\e[?25l";
    private const string ShowsCursor = "\e[?25h";
    private const string WrapsNoLines = "\e[?7l";
    private const string WrapsLines = "\e[?7h";
    private const string ApplicationKeys = "\e[?1h\e=";
    private const string UsualKeys = "\e[?1l\e>";

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

    [Fact]
    public async Task CtrlZ_TheShellHasTheTerminalAsItWas_AndTheProgressGoesOnBelow()
    {
        var (before, after) = await StopInAShellAsync("fg");

        ShouldBeAsItWas(before);
        ShouldBeAsItWas(after);
        after[..after.IndexOf(HidesCursor, StringComparison.Ordinal)].Should().NotMatchRegex(@"\e\[\d+A", "the shell's lines are not drawn over");
    }

    [Fact]
    public async Task CtrlZ_GoesOnInTheBackground_TheShellKeepsItsCursor_AndIsTold()
    {
        var (before, after) = await StopInAShellAsync("bg; wait $!");

        ShouldBeAsItWas(before);
        after.Should().NotContain(HidesCursor).And.NotContain(WrapsNoLines).And.Contain("file.bin: done, 4.0 MiB");
    }

    [Fact]
    public async Task StoppedWithoutWarning_WhatComesAfterIsDrawnBelow()
    {
        const UnixSignal stop = (UnixSignal)19;
        const UnixSignal goOn = (UnixSignal)18;
        using var process = await StartDrawingAsync();
        process.Signal(stop, goOn);

        (await process.EndAsync()).Should().Be(0, process.Shown);

        process.Shown.Split(HidesCursor).Should().HaveCountGreaterThan(2, "the terminal is taken anew: {0}", process.Shown);
        ShouldBeAsItWas(process.Shown);
    }

    [Fact]
    public async Task InTheBackground_TheShellKeepsItsCursor_AndIsTold()
    {
        using var process = PtyProcess.StartShell("\"$@\" & wait $!", ["get", Server.Url($"/slow/f?size={2 * MiB}&rate={2 * MiB}"), "-o", Target], State);

        (await process.EndAsync()).Should().Be(0, process.Shown);

        process.Shown.Should().NotContain(HidesCursor).And.NotContain(WrapsNoLines).And.Contain("file.bin: done, 2.0 MiB");
    }

    [Fact]
    public async Task ErrorsToAFile_ArePlainText()
    {
        var errors = Path.Combine(Place, "err.log");
        using var process = PtyProcess.StartShell(
            $"\"$@\" 2>'{errors}'", ["get", Server.Url($"/slow/f?size={MiB}&rate={MiB}"), Server.Url("/error-page/x"), "-d", Place], State);

        (await process.EndAsync()).Should().Be(1, process.Shown);

        (await File.ReadAllTextAsync(errors)).Should().MatchRegex(@"\Aferry: x: [^\e]+404[^\e]+\]\n\z");
        process.Shown.Should().Contain("f: done, 1.0 MiB");
        ShouldBeAsItWas(process.Shown);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("--version")]
    [InlineData("get")]
    public async Task WithoutProgress_TheKeysAreAsTheyWere(params string[] arguments)
    {
        using var process = PtyProcess.Start(arguments, State);

        await process.EndAsync();

        ShouldHaveItsKeys(process.Shown);
    }

    private async Task<(string Before, string After)> StopInAShellAsync(string goOn)
    {
        const string stopped = "stopped 148"; // 128 and the number of SIGTSTP
        const string ctrlZ = "\u001a";
        using var process = PtyProcess.StartShell(
            $"\"$@\"; echo \"stopped $?\"; {goOn}", ["get", Server.Url($"/slow/f?size={4 * MiB}&rate={MiB}"), "-o", Target], State);
        await process.ShowsAsync(HidesCursor);
        process.Type(ctrlZ);

        (await process.EndAsync()).Should().Be(0, process.Shown);

        var parts = process.Shown.Split(stopped);
        parts.Should().HaveCount(2, process.Shown);
        return (parts[0], parts[1]);
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
        ShouldHaveItsKeys(shown);
    }

    private static void ShouldHaveItsKeys(string shown) => shown.LastIndexOf(UsualKeys, StringComparison.Ordinal).Should()
        .BeGreaterThan(shown.LastIndexOf(ApplicationKeys, StringComparison.Ordinal), shown.Replace("\e", "<ESC>", StringComparison.Ordinal));
}
