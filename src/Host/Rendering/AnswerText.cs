using System.Text;
using Ferry.Actors.Protocol;

namespace Ferry.Host.Rendering;

/// <summary>What a server says to an upload it took, where that is a short text.</summary>
internal static class AnswerText
{
    private const int MostBytes = 8 * 1024;

    /// <summary>The text, or null where the answer is empty, long, or no text.</summary>
    /// <param name="completed">The end of the upload.</param>
    public static string? Of(TransferCompleted completed)
    {
        if (completed.Body.Length is 0 or > MostBytes || completed.Head is not { } head || !IsText(head.Field("content-type")))
            return null;
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(completed.Body.Span);
        }
        catch (DecoderFallbackException)
        {
            return null; // not UTF-8, whatever its type says
        }
    }

    private static bool IsText(string? contentType)
    {
        var type = contentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        return type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "application/xml"
            || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal);
    }
}
