using Ferry.Host.Commands;
using Ferry.Host.Targets;

namespace Ferry.Host.Tests.Targets;

public sealed class StateDirectoriesTests
{
    [Theory]
    [InlineData("/state", "/home/u", "/state/ferry")]
    [InlineData("", "/home/u", "/home/u/.local/state/ferry")]
    [InlineData("relative", "/home/u", "/home/u/.local/state/ferry")]
    public void Root_FollowsXdg(string state, string home, string expected) =>
        StateDirectories.Root(name => name == "XDG_STATE_HOME" ? state : name == "HOME" ? home : null).Should().Be(expected);

    [Fact]
    public void Root_NoHome_SaysWhatToDo() =>
        FluentActions.Invoking(() => StateDirectories.Root(_ => null)).Should().Throw<CommandException>().WithMessage("*--data-dir*");

    [Fact]
    public void For_SameSetInAnotherOrder_IsTheSameDirectory()
    {
        var one = StateDirectories.For("/s", ["a", "b", "c"]);

        StateDirectories.For("/s", ["c", "a", "b"]).Should().Be(one);
        StateDirectories.For("/s", ["a", "b"]).Should().NotBe(one);
        StateDirectories.For("/s", ["a"]).Should().Be("/s/a");
    }
}
