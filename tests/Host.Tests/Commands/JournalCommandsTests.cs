using Ferry.Host.Commands;

namespace Ferry.Host.Tests.Commands;

public sealed class JournalCommandsTests
{
    [Fact]
    public async Task List_Options_AreRead()
    {
        var run = await CommandLineRun.OfAsync("list", "--data-dir", "d", "--json");

        run.Journal.Should().Be(("list", new JournalArguments("", "d", Json: true)));
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("remove")]
    public async Task CancelAndRemove_TakeAnId(string command)
    {
        (await CommandLineRun.OfAsync(command, "abc")).Journal.Should().Be((command, new JournalArguments("abc", null, Json: false)));
        (await CommandLineRun.OfAsync(command)).ExitCode.Should().Be(2);
    }
}
