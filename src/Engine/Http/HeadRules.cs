using System.Globalization;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>What an answer's header must keep before anything of it is believed (rule 27); checked on the raw values.</summary>
internal static class HeadRules
{
    /// <summary>The problem with an answer's header, or null.</summary>
    public static TransferError? Check(AnswerHead head)
    {
        if (head.Status == 101)
            return Broken("The server switched to another protocol, which was not asked for.");
        var lengths = Values(head, "content-length").SelectMany(v => v.Split(',')).Select(v => v.Trim(' ', '\t')).ToArray();
        if (lengths.Length > 0 && Values(head, "transfer-encoding").Any())
            return Broken("The server's answer has both Content-Length and Transfer-Encoding.");
        if (Array.Find(lengths, l => ParseLength(l) is null) is { } malformed)
            return Broken($"The server's answer has a malformed Content-Length: '{ErrorClassifier.Shown(malformed)}'.");
        if (lengths.Select(ParseLength).Distinct().Skip(1).Any())
            return Broken($"The server's answer has conflicting Content-Length values: {ErrorClassifier.Shown(string.Join(", ", lengths))}.");
        return Values(head, "content-range").Skip(1).Any()
            ? Broken("The server's answer has more than one Content-Range.")
            : null;
    }

    /// <summary>The length of this message's body as announced, or null. Only for a header that passed <see cref="Check"/>.</summary>
    public static long? ContentLength(AnswerHead head) =>
        Values(head, "content-length").FirstOrDefault() is { } value ? ParseLength(value.Split(',')[0].Trim(' ', '\t')) : null;

    private static IEnumerable<string> Values(AnswerHead head, string name) =>
        head.Headers.Where(h => h.Name == name).Select(h => h.Value);

    private static long? ParseLength(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    private static TransferError Broken(string message) =>
        new(ErrorCode.InvalidAnswer, ErrorStage.Answering, ErrorSide.Remote, message);
}
