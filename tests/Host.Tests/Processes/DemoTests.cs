using System.Text.RegularExpressions;
using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Processes;

public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_NoTerminal_EndsWellAndCleansUp()
    {
        var end = await FerryProcess.RunAsync(["demo"]);

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().Contain("kill -9").And.Contain("Every file has the right SHA-256.").And.NotContain("\e");
        end.Error.Should().BeEmpty();
        var place = Place().Match(end.Output).Value;
        place.Should().NotBeEmpty();
        Directory.Exists(Path.Combine(Path.GetTempPath(), place)).Should().BeFalse("it cleans up");
    }

    [Theory]
    [InlineData("ferry get in a process of its own")]
    [InlineData("The same command again")]
    public async Task Demo_Interrupted_LeavesNothing(string step)
    {
        using var process = PtyProcess.Start(["demo"], state: Path.GetTempPath());
        await process.ShowsAsync(step);
        await process.ShowsAsync(Path.Combine(Path.GetTempPath(), "ferry-demo-"));

        process.Signal(UnixSignal.Interrupt);

        (await process.EndAsync()).Should().Be(130, process.Shown);
        process.Shown.Should().Contain("Stopped; nothing of the demo is left.");
        Directory.Exists(Path.Combine(Path.GetTempPath(), Place().Match(process.Shown).Value)).Should().BeFalse();
    }

    [GeneratedRegex(@"ferry-demo-\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
