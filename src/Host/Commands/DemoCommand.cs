using System.CommandLine;

namespace Ferry.Host.Commands;

/// <summary><c>ferry demo</c>.</summary>
internal static class DemoCommand
{
    /// <summary>The command.</summary>
    /// <param name="run">Runs the demo; answers the exit code.</param>
    public static Command Create(Func<Task<int>> run)
    {
        var command = new Command("demo", "Kill downloads and an upload with SIGKILL and let them go on; on this machine alone, without a network.");
        command.SetAction((_, _) => run());
        return command;
    }
}
