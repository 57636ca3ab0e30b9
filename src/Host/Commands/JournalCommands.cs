using System.CommandLine;

namespace Ferry.Host.Commands;

/// <summary>What <c>ferry list</c>, <c>cancel</c> and <c>remove</c> were asked for.</summary>
/// <param name="Id">The transfer; empty for <c>list</c>.</param>
/// <param name="DataDirectory">The data directory, or null for all under the state directory.</param>
/// <param name="Json">Whether to print JSON lines.</param>
internal sealed record JournalArguments(string Id, string? DataDirectory, bool Json);

/// <summary>The commands that look into journals no process holds: <c>ferry list</c>, <c>cancel</c> and <c>remove</c>.</summary>
internal static class JournalCommands
{
    /// <summary><c>ferry list</c>.</summary>
    public static Command List(Func<JournalArguments, Task<int>> run)
    {
        var directory = SharedOptions.DataDirectory();
        var json = SharedOptions.Json("Print one JSON object per transfer and line.");
        var command = new Command("list", "Show the downloads and uploads that are known, and how far they came.") { directory, json };
        command.SetAction((parse, _) => run(new JournalArguments("", parse.GetValue(directory), parse.GetValue(json))));
        return command;
    }

    /// <summary><c>ferry cancel</c>.</summary>
    public static Command Cancel(Func<JournalArguments, Task<int>> run) =>
        OfOne("cancel", "End an unfinished transfer and remove what it fetched, or what the server has of it.", run);

    /// <summary><c>ferry remove</c>.</summary>
    public static Command Remove(Func<JournalArguments, Task<int>> run) =>
        OfOne("remove", "Forget a transfer that has ended; its file stays.", run);

    private static Command OfOne(string name, string description, Func<JournalArguments, Task<int>> run)
    {
        var id = new Argument<string>("ID") { Description = "The transfer, as 'ferry list' shows it." };
        var directory = SharedOptions.DataDirectory();
        var command = new Command(name, description) { id, directory };
        command.SetAction((parse, _) => run(new JournalArguments(parse.GetRequiredValue(id), parse.GetValue(directory), Json: false)));
        return command;
    }
}
