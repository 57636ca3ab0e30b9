using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>What follows from an answer's header. Pure; nothing of a body is written before it was asked (rule 22).</summary>
public static class DownloadDecisions
{
    /// <summary>What an attempt asks for.</summary>
    /// <param name="plan">The attempt.</param>
    public static RangeRequest Ask(AttemptPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new RangeRequest(plan.Request.Url, plan.From, plan.Identity, plan.Precondition, plan.Request.Options.TrustLength);
    }

    /// <summary>The request after a legal but shorter 206: the rest (rule 14).</summary>
    /// <param name="asked">What was asked.</param>
    /// <param name="accepted">What came.</param>
    public static RangeRequest AskRest(RangeRequest asked, AcceptFrom accepted)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(accepted);
        var precondition = asked.Precondition is Ranges.Precondition.IfMatch ? Ranges.Precondition.IfMatch
            : accepted.Identity.IsStrong ? Ranges.Precondition.IfRange
            : Ranges.Precondition.None;
        return asked with { From = accepted.Offset + accepted.BodyLength!.Value, Known = accepted.Identity, Precondition = precondition };
    }

    /// <summary>Judges an answer.</summary>
    /// <param name="plan">The attempt.</param>
    /// <param name="asked">What was asked.</param>
    /// <param name="head">Status and header.</param>
    public static RangeVerdict AfterAnswer(AttemptPlan plan, RangeRequest asked, AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(head);
        if (plan.Request.Destination is FileDestination || asked.From > 0)
            return RangeResponse.Judge(asked, head);

        // To memory and to subscribers every status is an answer, once no retry is left (spec/requests.md section 2).
        var failure = ErrorClassifier.FromStatus(head.Status, head.Reason);
        if (head.Status >= 400 && failure.RetryCanHelp && plan.RetryLeft)
            return new HttpFailure(failure);
        return AcceptAnswer(plan.Request.Options.Method, head);
    }

    private static RangeVerdict AcceptAnswer(string method, AnswerHead head)
    {
        var identity = AnswerIdentity.Of(head);
        if (method != "GET" || head.Status != 200)
            identity = identity with { ETag = null, LastModified = null }; // only a whole representation can be continued
        var bodiless = method == "HEAD" || head.Status is 204 or 304;
        if (!bodiless && identity.ContentCoding is { } coding && !ContentDecoder.CanDecode(coding))
            return new InvalidAnswer(RangeResponse.UnknownCoding(coding));
        var length = bodiless ? 0 : identity.ContentCoding is null ? HeadRules.ContentLength(head) : null;
        return new AcceptFrom(0, length, EndsWhole: true, identity with
        {
            Length = length,
            ContentCoding = bodiless ? null : identity.ContentCoding,
            // Of a part, or of no body at all, the digest of the whole cannot be checked.
            ReprDigest = bodiless || head.Status == 206 ? null : identity.ReprDigest,
        });
    }
}
