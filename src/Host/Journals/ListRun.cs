using System.Text.Json;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Transfers;
using Ferry.Host.Commands;
using Ferry.Host.Json;
using Ferry.Host.Targets;

namespace Ferry.Host.Journals;

/// <summary>Carries out <c>ferry list</c>.</summary>
/// <param name="terminal">Where to print.</param>
/// <param name="arguments">What was asked for.</param>
internal sealed class ListRun(Terminal terminal, JournalArguments arguments)
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        var rows = new List<(TransferStatus Status, string Directory)>();
        var inUse = new List<TransferError>();
        await JournalSet.Find(arguments, terminal).EachAsync(
            async (engine, directory) =>
            {
                rows.AddRange((await JournalSet.AllAsync(engine)).Select(status => (Shown(status), directory)));
                return true;
            },
            (_, error) => inUse.Add(error));
        if (arguments.Json)
        {
            foreach (var (status, directory) in rows)
                terminal.PrintJson(JsonSerializer.Serialize(Line(status, directory), LinesContext.Plain.ListLine));
        }
        else
        {
            new ListTable(terminal).Print([.. rows.Select(r => r.Status)]);
        }
        foreach (var error in inUse)
            terminal.Complain(Complaint.Of(error));
        return ExitCode.Done;
    }

    // A transfer that waits has no actor that would know how far it came: its part file tells, up to what came after the last checkpoint.
    // Of an upload the server knows; how long it is, its file tells.
    private static TransferStatus Shown(TransferStatus status)
    {
        var total = status.Total ?? (File.Exists(status.SourcePath) ? new FileInfo(status.SourcePath).Length : null);
        var received = status switch
        {
            { Outcome: FailedOutcome failed } => failed.Error.BytesKept,
            { Received: 0, Outcome: null, TargetPath: { } target } => PartFiles.Length(target, status.Id) ?? 0,
            _ => status.Received,
        };
        return status with { Received = received, Total = total };
    }

    private static ListLine Line(TransferStatus status, string directory)
    {
        var error = (status.Outcome as FailedOutcome)?.Error;
        return new ListLine(
            status.Id.Value, JsonNamingPolicy.CamelCase.ConvertName(status.Phase.ToString()), status.Priority.Value, status.Url,
            status.TargetPath ?? status.SourcePath, ListTable.BytesOf(status), status.Total,
            error is null ? null : (int)error.Code, error?.Message, (status.Outcome as CompletedOutcome)?.Sha256, directory)
        {
            Upload = status.SourcePath is null ? null : true,
        };
    }
}
