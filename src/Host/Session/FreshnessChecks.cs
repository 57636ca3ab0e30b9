using System.Security.Cryptography;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Engine.Uploads;

namespace Ferry.Host.Session;

/// <summary>What looking after a complete transfer came to.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="End">How it ends, or null where it is to be begun anew.</param>
/// <param name="Note">What the caller should know, or null.</param>
internal sealed record FreshnessResult(TransferId Id, TransferTerminated? End, string? Note);

/// <summary>
/// Looks after complete transfers that are asked for again: of a download the file, the origin, and the digest where one is asked for; of an upload the file
/// alone, since a server has no common way to be asked what it was sent (docs/decisions/0017).
/// </summary>
/// <param name="tell">Sends to the supervisor.</param>
/// <param name="done">Takes results, from any thread.</param>
internal sealed class FreshnessChecks(Action<object> tell, Action<FreshnessResult> done)
{
    private readonly Dictionary<TransferId, (FreshnessCheck Check, TransferRequest Request, CompletedOutcome Outcome)> _running = [];

    /// <summary>Begins to look after one.</summary>
    /// <param name="request">Its request.</param>
    /// <param name="outcome">How it ended.</param>
    public void Begin(TransferRequest request, CompletedOutcome outcome)
    {
        if (request.Upload is not null)
        {
            done(AfterUpload(TransferId.Parse(request.Id!), request, outcome));
            return;
        }
        var check = new FreshnessCheck(request, outcome);
        var file = outcome.Path is { } path ? new FileInfo(path) : null;
        if (check.WithoutAsking(file is { Exists: true } ? file.Length : null) is not null)
        {
            done(new FreshnessResult(TransferId.Parse(request.Id!), null, null));
            return;
        }
        _running[check.Id] = (check, request, outcome);
        tell(new StartTransfer(check.Head(), new Subscription(EventKinds.None)));
    }

    /// <summary>Takes what is told of a question to the origin.</summary>
    /// <param name="message">An event, or a reply of the supervisor.</param>
    /// <returns>Whether it was one of these.</returns>
    public bool Take(object message)
    {
        switch (message)
        {
            case TransferTerminated end when _running.Remove(end.Id, out var asked):
                _ = AfterAsync(asked.Request, asked.Outcome, asked.Check.After(end));
                return true;
            case TransferRejected { Id: { } id } rejected when TransferId.IsValid(id) && _running.Remove(TransferId.Parse(id), out var asked):
                _ = AfterAsync(asked.Request, asked.Outcome, asked.Check.After(new TransferFailed(asked.Check.Id, 0, rejected.Errors[0])));
                return true;
            case TransferEvent told:
                return _running.ContainsKey(told.Id);
            default:
                return false;
        }
    }

    private static FreshnessResult AfterUpload(TransferId id, TransferRequest request, CompletedOutcome outcome)
    {
        try
        {
            return new FreshnessResult(id, SourceFiles.IsAsSent(request.Options, outcome.Identity) ? Untouched(id, outcome) : null, null);
        }
        catch (TransferException exception)
        {
            return new FreshnessResult(id, new TransferFailed(id, 0, exception.Error), null);
        }
    }

    private static TransferCompleted Untouched(TransferId id, CompletedOutcome outcome) =>
        new(id, 0, outcome, Head: null, Body: default, Received: 0, ResumedFrom: 0);

    private async Task AfterAsync(TransferRequest request, CompletedOutcome outcome, Freshness freshness)
    {
        var id = TransferId.Parse(request.Id!);
        done(freshness switch
        {
            FetchAgain => new FreshnessResult(id, null, null),
            HasChanged changed => new FreshnessResult(id, new TransferFailed(id, 0, changed.Error), null),
            LeaveAlone alone => new FreshnessResult(id, await LeftAloneAsync(id, (FileDestination)request.Destination, outcome), alone.Note),
            _ => throw new InvalidOperationException($"{freshness} is unknown."),
        });
    }

    // The digest is that of the file as it is now: it may have been changed since it was fetched.
    private static async Task<TransferTerminated> LeftAloneAsync(TransferId id, FileDestination destination, CompletedOutcome outcome)
    {
        string? sha256 = null;
        if (destination.ComputeSha256 || destination.ExpectedSha256 is not null)
        {
            try
            {
                await using var file = File.OpenRead(outcome.Path!);
                sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new TransferFailed(id, 0, new TransferError(ErrorCode.LocalReadFailed, ErrorStage.Verifying, ErrorSide.Local, e.Message));
            }
        }
        if (destination.ExpectedSha256 is { } expected && expected != sha256)
        {
            return new TransferFailed(id, 0, new TransferError(
                ErrorCode.InvalidAnswer, ErrorStage.Verifying, ErrorSide.Local,
                $"'{outcome.Path}' is here already, but its SHA-256 is {sha256}, not {expected} as expected: use --force to fetch it again."));
        }
        return Untouched(id, outcome with { Sha256 = sha256 });
    }
}
