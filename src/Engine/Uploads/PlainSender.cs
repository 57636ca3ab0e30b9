using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Uploads;

/// <summary>One attempt of a plain upload: the whole body in one request.</summary>
internal sealed class PlainSender(TransferTools tools, AttemptPlan plan, IAttemptListener listener) : IUploadSender
{
    private readonly UploadCalls _calls = new(tools, plan, listener);

    public long Sent => _calls.Sent;

    public bool HasBegun => _calls.HasBegun;

    public long Acknowledged { get; private set; }

    /// <summary>The answer's body, once it was received.</summary>
    public AnswerBody Answer { get; private set; }

    public async Task<AttemptResult> PrepareAsync(CancellationToken cancellationToken)
    {
        // Before the length: what is written between the two is found when it is sent.
        var source = await UploadFiles.SettledVersionsAsync(plan.Request.Options, tools.Time, cancellationToken);
        return new AttemptPrepared(new ResourceIdentity
        {
            FinalUrl = plan.Request.Url.AbsoluteUri,
            Length = RequestBody.Of(plan.Request.Options)?.Length,
            Upload = new UploadIdentity
            {
                Source = source,
                SendOnce = !RetryDelays.MayRepeat(plan.Request),
            },
        });
    }

    public async Task<AttemptResult> SendAsync(ResourceIdentity identity, CancellationToken cancellationToken)
    {
        listener.OnSending(0, identity);
        try
        {
            await using var answer = await _calls.SendOwnAsync(() => Body(identity.Upload!.Source), cancellationToken);
            var verdict = UploadDecisions.AfterPlain(plan.Request.Options, answer.Head);
            if (verdict is not Refused refused)
                return await TakenAsync(answer, identity, cancellationToken);
            return _calls.Taken is { } taken
                ? WithoutAnswer(taken, identity, refused.Error.Message)
                : new AttemptBroke(0, 0, 0, refused.Error) { RetryAfter = RetryAfter.Of(answer.Head, tools.Time.GetUtcNow()) };
        }
        catch (Exception e) when (_calls.Taken is not null && e is TransferException or OperationCanceledException)
        {
            return WithoutAnswer(_calls.Taken!, identity, e.Message);
        }
    }

    private async Task<AttemptFinished> TakenAsync(HttpAnswer answer, ResourceIdentity identity, CancellationToken cancellationToken)
    {
        var whole = Tell(answer.Head, identity);
        Answer = await AnswerBody.ReadAsync(answer, plan.Request.Options.MaxLimit, cancellationToken);
        return new AttemptFinished(answer.Received, Acknowledged, Acknowledged, answer.Head, whole)
        {
            Timing = answer.Timing,
            Warnings = Answer.Warning is { } warning ? [warning] : [],
        };
    }

    // The server took the body, and its answer, which is elsewhere (303), cannot be had.
    private AttemptFinished WithoutAnswer(Redirect taken, ResourceIdentity identity, string why)
    {
        var head = new AnswerHead(taken.Status, "See Other", new Version(1, 1), taken.From, []);
        var whole = Tell(head, identity);
        return new AttemptFinished(0, Acknowledged, Acknowledged, head, whole)
        {
            Warnings = [$"The server took the upload, and its answer could not be fetched: {why}"],
        };
    }

    // Its answer may take its time: what happens meanwhile must not have it sent again.
    private ResourceIdentity Tell(AnswerHead head, ResourceIdentity identity)
    {
        Acknowledged = identity.Length ?? _calls.LastSent;
        var whole = identity with { Length = Acknowledged };
        listener.OnHeaders(head, whole);
        listener.OnCheckpointDue(Acknowledged, Acknowledged);
        return whole;
    }

    // In this order: a write between the two looks is seen by the second.
    private RequestBody? Body(string? prepared)
    {
        var body = RequestBody.Of(plan.Request.Options);
        return UploadFiles.Changed(plan.Request.Options, prepared) is { } changed ? throw new TransferException(changed) : body;
    }
}
