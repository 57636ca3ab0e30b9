using Ferry.Actors.Protocol;
using Ferry.Engine.Requests;
using Ferry.Host.Commands;

namespace Ferry.Host.Journals;

/// <summary>Carries out <c>ferry cancel</c> and <c>ferry remove</c>.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="arguments">What was asked for.</param>
internal sealed class EndRuns(Terminal terminal, JournalArguments arguments)
{
    /// <summary>Cancels a transfer that has not ended.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> CancelAsync() => ActAsync(id => new CancelTransfer(id), "cancelled");

    /// <summary>Forgets a transfer that has ended. Where it was the last of a directory of its own, the directory goes too.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RemoveAsync()
    {
        string? empty = null;
        var code = await ActAsync(id => new RemoveTransfer(id), "removed", async (engine, directory) =>
        {
            if (arguments.DataDirectory is null && (await JournalSet.AllAsync(engine)).Count == 0)
                empty = directory;
        });
        if (empty is not null)
            Directory.Delete(empty, recursive: true);
        return code;
    }

    private async Task<int> ActAsync(
        Func<TransferId, object> command, string word, Func<Actors.Hosting.FerryEngine, string, Task>? then = null)
    {
        if (!TransferId.IsValid(arguments.Id))
            throw CommandException.Usage($"'{arguments.Id}' is not an id; 'ferry list' shows them.");
        var id = TransferId.Parse(arguments.Id);
        await JournalSet.Find(arguments, terminal).WithTransferAsync(id, async (engine, directory, status) =>
        {
            if (await engine.AskAsync<object>(command(id)) is CommandRejected rejected)
                throw new CommandException(ExitCode.Failed, [Complaint.Of(rejected.Error)]);
            terminal.Print($"{Path.GetFileName(status.TargetPath ?? status.SourcePath) ?? id.Value}: {word}");
            if (then is not null)
                await then(engine, directory);
        });
        return ExitCode.Done;
    }
}
