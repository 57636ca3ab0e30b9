using Ferry.Actors.Protocol;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Host.Session;

/// <summary>What looking after a complete download came to.</summary>
internal abstract record Freshness;

/// <summary>It is to be fetched again: its file is gone, or the origin has another version and the caller agreed to what follows.</summary>
internal sealed record FetchAgain : Freshness;

/// <summary>It is left alone.</summary>
/// <param name="Note">What the caller should know, or null.</param>
internal sealed record LeaveAlone(string? Note) : Freshness;

/// <summary>The origin has another version, and the caller did not say what to do then.</summary>
/// <param name="Error">The error to end with.</param>
internal sealed record HasChanged(TransferError Error) : Freshness;

/// <summary>
/// A complete download that is asked for again: is its file still there, and does the origin still have the same version? Asked with a
/// conditional HEAD (RFC 9110 sections 13.1.2 and 13.1.3); the file itself is not fetched for this. Pure.
/// </summary>
/// <param name="request">The download's request.</param>
/// <param name="outcome">How it ended.</param>
internal sealed class FreshnessCheck(TransferRequest request, CompletedOutcome outcome)
{
    /// <summary>The id of the request to the origin.</summary>
    public TransferId Id { get; } = TransferId.Parse($"check-{request.Id}");

    /// <summary>What can be told without asking the origin, or null where it has to be asked.</summary>
    /// <param name="length">The file's length, or null where it is gone.</param>
    public Freshness? WithoutAsking(long? length) => length == outcome.Length ? null : new FetchAgain();

    /// <summary>
    /// The request to the origin. It goes to the URL as written, not to the one that answered then: where that is a redirect to the newest
    /// version, the newest is what was asked for.
    /// </summary>
    public TransferRequest Head()
    {
        var conditions = outcome.Identity is { } identity ? TargetFreshness.Fields(identity) : [];
        return new TransferRequest
        {
            Id = Id.Value,
            Url = request.Url,
            Options = request.Options with { Method = "HEAD", Headers = [.. request.Options.Headers, .. conditions], LimitRate = 0 },
            Destination = new MemoryDestination(),
        };
    }

    /// <summary>What follows from the origin's answer.</summary>
    /// <param name="end">The last event of the request to the origin.</param>
    public Freshness After(TransferTerminated end) => end switch
    {
        TransferCompleted { Head: { } head } => AfterAnswer(head),
        TransferFailed failed => Unchecked(failed.Error.Message.TrimEnd('.')),
        _ => Unchecked("the question was not answered"),
    };

    private static LeaveAlone Unchecked(string why) =>
        new($"is here already; whether the server has another version could not be told: {why}; --force fetches it again");

    private Freshness AfterAnswer(AnswerHead head)
    {
        if (outcome.Identity is not { } known)
            return Unchecked("the version is not known");
        return TargetFreshness.Judge(known, outcome.Length, head) switch
        {
            TargetState.UpToDate => new LeaveAlone(null),
            TargetState.Changed => Changed(),
            _ when head.Status is 404 or 410 => new LeaveAlone("is here already; the server no longer has it"),
            _ when head.Status is < 200 or > 299 => Unchecked($"it answers {head.Status}"),
            _ => Unchecked("it gives nothing to tell its versions apart"),
        };
    }

    private Freshness Changed() => ((FileDestination)request.Destination).IfExists is ExistingTarget.Fail
        ? new HasChanged(new TransferError(
            ErrorCode.LocalWriteFailed, ErrorStage.Answering, ErrorSide.Caller,
            $"'{outcome.Path}' is complete, but the server has another version now: use --force to replace it, or --auto-rename to keep both."))
        : new FetchAgain();
}
