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

    public Task<AttemptResult> PrepareAsync(CancellationToken cancellationToken) => Task.FromResult<AttemptResult>(new AttemptPrepared(new ResourceIdentity
    {
        FinalUrl = plan.Request.Url.AbsoluteUri,
        Length = RequestBody.Of(plan.Request.Options)?.Length,
        Upload = new UploadIdentity
        {
            Source = UploadFiles.Versions(plan.Request.Options),
            SendOnce = !RetryDelays.MayRepeat(plan.Request),
        },
    }));

    public async Task<AttemptResult> SendAsync(ResourceIdentity identity, CancellationToken cancellationToken)
    {
        listener.OnSending(0, identity);
        await using var answer = await _calls.SendOwnAsync(() => Body(identity.Upload!.Source), cancellationToken);
        if (UploadDecisions.AfterPlain(plan.Request.Options, answer.Head) is Refused refused)
            return new AttemptBroke(0, 0, 0, refused.Error) { RetryAfter = RetryAfter.Of(answer.Head, tools.Time.GetUtcNow()) };
        var length = identity.Length ?? _calls.LastSent;
        Acknowledged = length;
        var whole = identity with { Length = length };
        listener.OnHeaders(answer.Head, whole);
        Answer = await AnswerBody.ReadAsync(answer, plan.Request.Options.MaxLimit, cancellationToken);
        return new AttemptFinished(answer.Received, length, length, answer.Head, whole)
        {
            Timing = answer.Timing,
            Warnings = Answer.Warning is { } warning ? [warning] : [],
        };
    }

    // In this order: a write between the two looks is seen by the second.
    private RequestBody? Body(string? prepared)
    {
        var body = RequestBody.Of(plan.Request.Options);
        return UploadFiles.Changed(plan.Request.Options, prepared) is { } changed ? throw new TransferException(changed) : body;
    }
}
