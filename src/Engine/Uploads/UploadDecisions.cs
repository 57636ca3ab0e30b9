using System.Globalization;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Uploads;

/// <summary>What follows from a server's answer to a request of an upload. Pure.</summary>
public static class UploadDecisions
{
    /// <summary>Judges the answer to a plain upload: only a success takes it (spec/requests.md section 2; an upload that is refused has failed).</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="head">The answer.</param>
    public static UploadVerdict AfterPlain(RequestOptions options, AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(head);
        if (head.Status is >= 200 and <= 299)
            return new Taken();
        var mustNotExist = options.Headers.Any(h => h.Name.Equals("If-None-Match", StringComparison.OrdinalIgnoreCase) && h.Value.Trim() == "*");
        return head.Status switch
        {
            412 when mustNotExist => Refuse(head, ErrorCode.RemoteFileExists, ErrorSide.Caller, "The server has a file there already, and the request says that it must not."),
            413 => Refuse(head, ErrorCode.UploadFailed, ErrorSide.Caller, $"The server does not take so much: {Said(head)}."),
            _ => Failed(head),
        };
    }

    /// <summary>Judges the answer to the question what the server can do (tus 1.0.0, OPTIONS): one that does not know the question may take uploads, one that is busy is asked again.</summary>
    /// <param name="head">The answer.</param>
    public static UploadVerdict AfterOptions(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return head.Status is < 200 or > 299 && ErrorClassifier.FromStatus(head.Status, head.Reason).RetryCanHelp ? Failed(head) : new Capable(TusCapabilities.Of(head));
    }

    /// <summary>Judges the answer to a creation (tus 1.0.0, creation and creation-with-upload).</summary>
    /// <param name="length">The upload's length, or null where it is not known yet.</param>
    /// <param name="sent">How many bytes went along.</param>
    /// <param name="head">The answer.</param>
    public static UploadVerdict AfterCreation(long? length, long sent, AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Status == 413)
            return Refuse(head, ErrorCode.UploadFailed, ErrorSide.Caller, $"The server takes no upload of {length} bytes.");
        if (head.Status is < 200 or > 299)
            return Failed(head);
        if (head.Status != 201)
            return Unusable(head, $"answered a creation with {head.Status} instead of 201");
        if (head.Headers.FirstOrDefault(h => h.Name == "location")?.Value is not { } location || UrlText.Resolve(head.FinalUrl, location) is not { } url)
            return Unusable(head, "created an upload and does not say where");
        if (head.FinalUrl.Scheme == "https" && url.Scheme == "http")
            return Refuse(head, ErrorCode.CleartextNotAllowed, ErrorSide.Remote, $"The upload the server created is to be sent over cleartext http to {url.Authority}; it is not.");
        if (sent == 0)
            return new Created(url, 0);
        return Offset(head) is { } offset && offset <= sent ? new Created(url, offset) : new Created(url, 0);
    }

    /// <summary>Judges the answer to the question how much the server has (HEAD).</summary>
    /// <param name="length">The upload's length, or null where it is not known yet.</param>
    /// <param name="head">The answer.</param>
    public static UploadVerdict AfterHead(long? length, AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Status is 404 or 410)
            return new CreateAnew(RestartReason.UploadLost);
        if (head.Status is < 200 or > 299)
            return Failed(head);
        if (Offset(head) is not { } offset)
            return Unusable(head, "does not say how much of the upload it has");
        // An upload of another length, or with more bytes than there are, is not the one that was begun.
        if (offset > length || (length is not null && Number(head, "upload-length") is { } told && told != length))
            return new CreateAnew(RestartReason.ResourceChanged);
        return new GoOnFrom(offset);
    }

    /// <summary>Judges the answer to a chunk (PATCH).</summary>
    /// <param name="from">Its first byte.</param>
    /// <param name="sent">How many bytes it carried.</param>
    /// <param name="head">The answer.</param>
    public static UploadVerdict AfterPatch(long from, long sent, AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        switch (head.Status)
        {
            case 404 or 410:
                return new CreateAnew(RestartReason.UploadLost);
            case 409:
                return new AskOffset();
            case 460:
                return Refuse(head, ErrorCode.UploadFailed, ErrorSide.Network, "The server received other bytes than were sent (checksum mismatch).", retryCanHelp: true);
            case < 200 or > 299:
                return Failed(head);
        }
        if (Offset(head) is not { } offset || offset < from || offset > from + sent)
            return Unusable(head, $"took {sent} bytes from {from} on and says that it has {ErrorClassifier.Shown(head.Field("upload-offset") ?? "nothing")}");
        return offset > from || sent == 0
            ? new GoOnFrom(offset)
            : Refuse(head, ErrorCode.UploadFailed, ErrorSide.Remote, "The server takes no bytes of the upload.", retryCanHelp: true);
    }

    private static UploadVerdict Failed(AnswerHead head) => head.Status switch
    {
        // Another request has the upload; it lets go of it, or its lock ends (tus servers answer so).
        423 => Refuse(head, ErrorCode.UploadFailed, ErrorSide.Remote, $"The server has the upload locked: {Said(head)}.", retryCanHelp: true),
        412 when head.Field("tus-version") is { } versions =>
            Refuse(head, ErrorCode.UploadFailed, ErrorSide.Remote, $"The server speaks tus {ErrorClassifier.Shown(versions)}, and this program {TusCapabilities.Version}."),
        _ => new Refused(AsUpload(ErrorClassifier.FromStatus(head.Status, head.Reason))),
    };

    // What has no code of its own is an answer that cannot be used for a download, and an upload that failed here.
    private static TransferError AsUpload(TransferError error) => error.Code is ErrorCode.InvalidAnswer or ErrorCode.RangeNotHonoured
        ? error with { Code = ErrorCode.UploadFailed }
        : error;

    private static string Said(AnswerHead head) => $"{head.Status} {ErrorClassifier.Shown(head.Reason ?? "")}".TrimEnd();

    private static Refused Unusable(AnswerHead head, string what) => Refuse(head, ErrorCode.InvalidAnswer, ErrorSide.Remote, $"The server {what}.");

    private static Refused Refuse(AnswerHead head, ErrorCode code, ErrorSide side, string message, bool retryCanHelp = false) =>
        new(new TransferError(code, ErrorStage.Answering, side, message) { HttpStatus = head.Status, RetryCanHelp = retryCanHelp });

    private static long? Offset(AnswerHead head) => Number(head, "upload-offset");

    private static long? Number(AnswerHead head, string name) =>
        long.TryParse(head.Field(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
