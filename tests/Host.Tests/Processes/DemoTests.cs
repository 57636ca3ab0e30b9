using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Processes;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_NoTerminal_EndsWellAndCleansUp()
    {
        var before = Leftovers();

        var end = await FerryProcess.RunAsync(["demo"]);

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().Contain("kill -9").And.Contain("Every file has the right SHA-256.").And.NotContain("\e");
        end.Error.Should().BeEmpty();
        Leftovers().Except(before).Should().BeEmpty();
    }

    private static string[] Leftovers() => Directory.GetDirectories(Path.GetTempPath(), "ferry-demo-*");
}
