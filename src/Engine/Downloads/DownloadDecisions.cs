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
        var options = plan.Request.Options;
        var window = BodyWindow.Of(options);
        var known = plan.Identity is { } kept ? window.ToWhole(kept) : null;
        return new RangeRequest(plan.AnswerAt ?? plan.Request.Url, window.First + plan.From, known, plan.Precondition, options.TrustLength)
        {
            Start = window.First,
            To = window.Last,
        };
    }

    /// <summary>Which bytes of an accepted body are kept: those the request wants of a representation, all of any other answer.</summary>
    /// <param name="plan">The attempt.</param>
    /// <param name="head">Status and header.</param>
    internal static BodyWindow WindowOf(AttemptPlan plan, AnswerHead head) =>
        IsRepresentation(head) ? BodyWindow.Of(plan.Request.Options) : BodyWindow.Whole;

    /// <summary>What did not take effect as asked, though the answer was accepted.</summary>
    /// <param name="asked">What was asked.</param>
    /// <param name="head">Status and header.</param>
    internal static IReadOnlyList<string> Warnings(RangeRequest asked, AnswerHead head) => asked.IsRanged && head.Status is 200 or 203
        ? [$"The server ignored the range {asked.From}-{asked.To} and sent the whole: it was cut here to what was asked."]
        : [];

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
        if (plan.Request.Destination is FileDestination || asked.Continues)
            return RangeResponse.Judge(asked, head);

        // To memory and to subscribers every status is an answer, once no retry is left (spec/requests.md section 2).
        var failure = ErrorClassifier.FromStatus(head.Status, head.Reason);
        if (head.Status >= 400 && failure.RetryCanHelp && plan.RetryLeft)
            return new HttpFailure(failure);
        return asked.IsRanged && IsRepresentation(head) ? RangeResponse.Judge(asked, head) : AcceptAnswer(plan.Request.Options.Method, head);
    }

    private static bool IsRepresentation(AnswerHead head) => head.Status is 200 or 203 or 206;

    private static RangeVerdict AcceptAnswer(string method, AnswerHead head)
    {
        var identity = AnswerIdentity.Of(head);
        // What follows is the tunnel, and no body of this answer (RFC 9110 section 9.3.6).
        if (method == "CONNECT" && head.Status is >= 200 and < 300)
            return new EmptyFile(identity with { ETag = null, LastModified = null, Length = 0, ContentCoding = null });
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
