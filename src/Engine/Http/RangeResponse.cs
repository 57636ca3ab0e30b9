using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Http;

/// <summary>The judgement of an answer to a <see cref="RangeRequest"/> (spec/http.md rules 1 to 20): before it, no byte of the body is written.</summary>
public static class RangeResponse
{
    /// <summary>Judges an answer by its status and header.</summary>
    /// <param name="asked">What was asked.</param>
    /// <param name="head">What the server answered, after redirects.</param>
    public static RangeVerdict Judge(RangeRequest asked, AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(head);
        return head.Status switch
        {
            200 or 203 => JudgeWhole(asked, head),
            206 => JudgePart(asked, head),
            412 when asked is { Continues: true, Precondition: Precondition.IfMatch } => new MustRestart(RestartReason.ResourceChanged),
            416 => JudgeUnsatisfiable(asked, head),
            401 or 403 or 404 or 410 when AskedElsewhere(asked) => new AskCallersUrl(),
            >= 400 => new HttpFailure(ErrorClassifier.FromStatus(head.Status, head.Reason)),
            _ => new InvalidAnswer(ErrorClassifier.FromStatus(head.Status, head.Reason)),
        };
    }

    private static bool AskedElsewhere(RangeRequest asked) => asked.Continues && asked.Target.AbsoluteUri != asked.Url.AbsoluteUri;

    private static RangeVerdict JudgeWhole(RangeRequest asked, AnswerHead head)
    {
        var answered = AnswerIdentity.Of(head);
        if (asked.Continues)
            return JudgeIgnoredRange(asked, head, answered);
        var length = HeadRules.ContentLength(head);
        if (length == 0)
            return new EmptyFile(answered with { Length = 0, ContentCoding = null });
        if (answered.ContentCoding is { } coding && !ContentDecoder.CanDecode(coding))
            return new InvalidAnswer(UnknownCoding(coding));
        return answered.ContentCoding is null
            ? new AcceptFrom(0, length, EndsWhole: true, answered with { Length = length })
            : new AcceptFrom(0, null, EndsWhole: true, answered);
    }

    // 200 is the whole body from byte zero (rule 11): the kept bytes are continued only if another way of asking may work.
    private static RangeVerdict JudgeIgnoredRange(RangeRequest asked, AnswerHead head, ResourceIdentity answered)
    {
        if (asked.Known is not { } known)
            return new MustRestart(RestartReason.NoValidator);
        var match = SameUrl(known, head) ? known.Compare(answered) : VersionMatch.Different;
        if (match == VersionMatch.Different)
            return new MustRestart(RestartReason.ResourceChanged);
        return match == VersionMatch.Same && asked.Precondition == Precondition.IfRange && known.StrongETag is not null
            ? new TryIfMatch()
            : new MustRestart(RestartReason.RangesIgnored);
    }

    private static RangeVerdict JudgePart(RangeRequest asked, AnswerHead head)
    {
        var answered = AnswerIdentity.Of(head);
        var length = HeadRules.ContentLength(head);
        var field = head.Field("content-range");
        if (!asked.IsRanged && length == 0 && field is not null && field.EndsWith("/0", StringComparison.Ordinal))
            return new EmptyFile(answered with { Length = 0, ContentCoding = null });

        // 1. The bytes must be those that were asked for (rules 12, 13, 15).
        var part = ContentRange.Parse(field);
        if (part?.Range is not { } range || range.From != asked.From || range.To > asked.To || (length is not null && length != range.Length))
            return Mangled(asked, field);
        if (answered.ContentCoding is { } coding)
            return asked.Continues ? new MustRestart(RestartReason.ResourceChanged) : new InvalidAnswer(UnknownCoding(coding));

        // 2. At the start, nothing is kept that they could be mixed with.
        if (!asked.Continues)
            return Accept(asked, range, answered with { Length = part.Total });

        // 3. They must be of the same version (rules 2, 6, 9, 10, 13).
        if (asked.Known is not { } known)
            return new MustRestart(RestartReason.NoValidator);
        if (CheckVersion(asked, known, head, answered, part.Total) is { } reason)
            return new MustRestart(reason);
        if (part.Total is not null && known.Length is not null && part.Total != known.Length)
            return Mangled(asked, field);
        return Accept(asked, range, known with
        {
            Length = known.Length ?? part.Total,
            ReprDigest = known.ReprDigest ?? answered.ReprDigest,
            FileName = known.FileName ?? answered.FileName,
        });
    }

    private static AcceptFrom Accept(RangeRequest asked, ByteRange range, ResourceIdentity identity) =>
        new(range.From, range.Length, EndsWhole: range.To == asked.To || range.To == identity.Length - 1, identity);

    private static RangeVerdict JudgeUnsatisfiable(RangeRequest asked, AnswerHead head)
    {
        var total = ContentRange.Parse(head.Field("content-range")) is { Range: null, Total: { } n } ? n : (long?)null;
        if (!asked.Continues)
        {
            return total == 0
                ? new EmptyFile(AnswerIdentity.Of(head) with { Length = 0, ContentCoding = null })
                : new HttpFailure(ErrorClassifier.FromStatus(head.Status, head.Reason));
        }
        if (total is null)
            return new MustRestart(RestartReason.RangeMangled);
        if (total != asked.From)
            return new MustRestart(RestartReason.ResourceChanged);
        if (asked.Known is not { } known)
            return new MustRestart(RestartReason.NoValidator);
        return CheckVersion(asked, known, head, AnswerIdentity.Of(head), total) switch
        {
            null => new AlreadyWhole(known with { Length = total }),
            // Many servers leave the validator out of a 416. If-Match makes them look at it first (RFC 9110 section 13.2.2).
            RestartReason.NoValidator when known.StrongETag is not null && asked.Precondition == Precondition.IfRange => new TryIfMatch(),
            RestartReason.NoValidator when known.StrongETag is not null && asked.Precondition == Precondition.IfMatch
                && known.Length == total => new AlreadyWhole(known),
            var reason => new MustRestart(reason.Value),
        };
    }

    // Null where the answer is of the known version.
    private static RestartReason? CheckVersion(RangeRequest asked, ResourceIdentity known, AnswerHead head, ResourceIdentity answered, long? total)
    {
        var match = known.Compare(answered);
        var trusted = asked.TrustLength && known.Length is not null && known.Length == total;
        if (match == VersionMatch.Different || (!SameUrl(known, head) && !trusted))
            return RestartReason.ResourceChanged;
        if (match == VersionMatch.Same)
            return null;
        if (known.StrongETag is null && trusted)
            return null;
        return known.StrongETag is null && known.Length is not null && total is not null && known.Length != total
            ? RestartReason.ResourceChanged
            : RestartReason.NoValidator;
    }

    private static bool SameUrl(ResourceIdentity known, AnswerHead head) =>
        string.Equals(known.FinalUrl, AnswerIdentity.UrlOf(head), StringComparison.Ordinal);

    private static RangeVerdict Mangled(RangeRequest asked, string? field) => asked.Continues
        ? new MustRestart(RestartReason.RangeMangled)
        : new InvalidAnswer(new TransferError(
            asked.IsRanged ? ErrorCode.RangeNotHonoured : ErrorCode.InvalidAnswer, ErrorStage.Answering, ErrorSide.Remote,
            field is null
                ? "The server answered 206 Partial Content without saying which bytes it sends."
                : $"The server answered 206 Partial Content with a Content-Range that does not fit the request: '{ErrorClassifier.Shown(field)}'."));

    /// <summary>The error for a content coding that nothing here decodes.</summary>
    internal static TransferError UnknownCoding(string coding) => new(
        ErrorCode.Encoding, ErrorStage.Answering, ErrorSide.Remote,
        $"The server sends the body in the content coding '{ErrorClassifier.Shown(coding)}', which cannot be decoded here.");
}
