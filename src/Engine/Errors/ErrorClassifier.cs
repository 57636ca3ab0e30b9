namespace Ferry.Engine.Errors;

/// <summary>The one place that says what an exception or an HTTP status means for a transfer.</summary>
public static partial class ErrorClassifier
{
    /// <summary>What an HTTP status means for a download (rules 22 and 30).</summary>
    /// <param name="status">The status code.</param>
    /// <param name="reason">The reason phrase, or null.</param>
    public static TransferError FromStatus(int status, string? reason)
    {
        var (code, side) = status switch
        {
            401 or 407 => (ErrorCode.Authentication, ErrorSide.Caller),
            403 => (ErrorCode.AccessDenied, ErrorSide.Caller),
            404 or 410 => (ErrorCode.RemoteFileNotFound, ErrorSide.Caller),
            416 => (ErrorCode.RangeNotHonoured, ErrorSide.Remote),
            507 => (ErrorCode.RemoteDiskFull, ErrorSide.Remote),
            _ => (ErrorCode.InvalidAnswer, ErrorSide.Remote),
        };
        var said = string.IsNullOrWhiteSpace(reason) ? $"{status}" : $"{status} {Shown(reason)}";
        return new TransferError(code, ErrorStage.Answering, side, $"The server answered {said}.")
        {
            HttpStatus = status,
            RetryCanHelp = status is 408 or 429 or 500 or 502 or 503 or 504,
        };
    }

    /// <summary>Text of a server as a message may hold it: short, and without control characters, which a terminal would obey.</summary>
    /// <param name="said">What the server said.</param>
    internal static string Shown(string said)
    {
        const int most = 120;
        var text = said.Length <= most ? said : said[..most] + "...";
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
    }
}
