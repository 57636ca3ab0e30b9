using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Host.Commands;
using Ferry.Host.Targets;

namespace Ferry.Host.Journals;

/// <summary>The journals a command looks into: the one that was named, or all under the state directory.</summary>
internal sealed class JournalSet
{
    private const int PageSize = 1000;

    private readonly IReadOnlyList<string> _directories;
    private readonly bool _named;

    private JournalSet(IReadOnlyList<string> directories, bool named) => (_directories, _named) = (directories, named);

    /// <summary>Finds the journals.</summary>
    /// <param name="arguments">What the command was given.</param>
    /// <param name="terminal">The environment.</param>
    public static JournalSet Find(JournalArguments arguments, Terminal terminal)
    {
        if (arguments.DataDirectory is not { } directory)
            return new JournalSet([.. StateDirectories.All(StateDirectories.Root(terminal.Variable)).Where(HasJournal)], named: false);
        var full = Path.GetFullPath(directory);
        return HasJournal(full)
            ? new JournalSet([full], named: true)
            : throw CommandException.Failed(ErrorCode.LocalReadFailed, $"There is no journal in '{full}'.");
    }

    /// <summary>Looks into each journal, with every slot closed, so that nothing runs.</summary>
    /// <param name="look">What to do with it; answers whether to go on to the next.</param>
    /// <param name="locked">Told of a journal that cannot be opened; where it was named, that is an error instead.</param>
    public async Task EachAsync(Func<FerryEngine, string, Task<bool>> look, Action<string, TransferError> locked)
    {
        foreach (var directory in _directories)
        {
            FerryEngine engine;
            try
            {
                engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = directory, MaxConcurrent = 0 });
            }
            catch (TransferException exception) when (!_named)
            {
                locked(directory, exception.Error);
                continue;
            }
            catch (TransferException exception)
            {
                throw new CommandException(ExitCode.Failed, [Complaint.Of(exception.Error)], exception);
            }
            await using (engine)
            {
                if (!await look(engine, directory))
                    return;
            }
        }
    }

    /// <summary>Finds the journal that knows a transfer and does something there.</summary>
    /// <param name="id">The transfer.</param>
    /// <param name="act">What to do.</param>
    /// <exception cref="CommandException">No journal knows it.</exception>
    public async Task WithTransferAsync(TransferId id, Func<FerryEngine, string, TransferStatus, Task> act)
    {
        var found = false;
        var inUse = new List<TransferError>();
        await EachAsync(
            async (engine, directory) =>
            {
                if (await engine.AskAsync<object>(new GetTransfer(id)) is not TransferStatus status)
                    return true;
                found = true;
                await act(engine, directory, status);
                return false;
            },
            (_, error) => inUse.Add(error));
        if (found)
            return;
        throw new CommandException(
            ExitCode.Failed,
            [new Complaint(ErrorCode.ParameterError, $"No transfer has the id '{id}'; 'ferry list' shows those there are."), .. inUse.Select(Complaint.Of)]);
    }

    /// <summary>All transfers of an engine, in the order they were started.</summary>
    public static async Task<IReadOnlyList<TransferStatus>> AllAsync(FerryEngine engine)
    {
        var all = new List<TransferStatus>();
        TransferList page;
        do
        {
            page = await engine.AskAsync<TransferList>(new ListTransfers(Skip: all.Count, Take: PageSize));
            all.AddRange(page.Transfers);
        }
        while (page.Transfers.Count > 0 && all.Count < page.Total);
        return all;
    }

    private static bool HasJournal(string directory) => File.Exists(Path.Combine(directory, "journal.db"));
}
