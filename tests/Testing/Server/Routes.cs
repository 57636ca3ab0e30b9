namespace Ferry.Testing.Server;

/// <summary>
/// The routes of the misbehaving server; each is named for what it does wrong. More path may follow a route (<c>/good/file.bin</c>). Every
/// route that serves a file takes <c>?size=</c> (bytes, 1 MiB by default), <c>&amp;version=</c> (1 by default) and <c>&amp;rate=</c> (bytes a second).
/// </summary>
public static class Routes
{
    /// <summary>Does everything right: ranges, strong ETag, Last-Modified, If-Range, If-Match, 416.</summary>
    public const string Good = "/good";

    /// <summary>Good, but slow: 1 MiB a second, or <c>?rate=</c>.</summary>
    public const string Slow = "/slow";

    /// <summary>Good, but another version (same size, other content and ETag) after <c>?requests=1</c> requests for the path.</summary>
    public const string ChangesAfter = "/changes-after";

    /// <summary>The ETag is weak.</summary>
    public const string WeakETag = "/weak-etag";

    /// <summary>Neither ETag nor Last-Modified.</summary>
    public const string NoValidator = "/no-validator";

    /// <summary>No ETag; a Last-Modified that is a strong validator.</summary>
    public const string DateOnly = "/date-only";

    /// <summary>No ETag; Last-Modified equals Date, so it is weak.</summary>
    public const string DateJustNow = "/date-just-now";

    /// <summary>Ranges are ignored: always 200 with the whole.</summary>
    public const string IgnoresRange = "/ignores-range";

    /// <summary>If-Range and If-Match are ignored: a 206 of whatever version there is, with its ETag.</summary>
    public const string IgnoresIfRange = "/ignores-if-range";

    /// <summary>If-Range and If-Match are ignored, and the 206 carries no validator: a splice that only the missing ETag gives away.</summary>
    public const string SilentlyIgnoresIfRange = "/silently-ignores-if-range";

    /// <summary>If-Range is always answered 200, although nothing changed; If-Match works.</summary>
    public const string Answers200ToIfRange = "/answers-200-to-if-range";

    /// <summary>The total in Content-Range is one byte too long.</summary>
    public const string WrongContentRange = "/wrong-content-range";

    /// <summary>206 without Content-Range.</summary>
    public const string MissingContentRange = "/missing-content-range";

    /// <summary>206 with other bytes than asked, and it says so.</summary>
    public const string OtherBytes = "/other-bytes";

    /// <summary>206 with <c>bytes a-b/*</c>.</summary>
    public const string NoTotal = "/no-total";

    /// <summary>206 with at most <c>?most=</c> bytes (64 KiB by default): legal.</summary>
    public const string Shorter206 = "/shorter-206";

    /// <summary>Every range gets 416 with the true length.</summary>
    public const string Always416 = "/always-416";

    /// <summary>Good, but a 416 carries no validator, as many servers do it.</summary>
    public const string Bare416 = "/bare-416";

    /// <summary>Good, but chunked: the length is not told.</summary>
    public const string Chunked = "/chunked";

    /// <summary>The body is gzipped although identity was asked for.</summary>
    public const string GzipAnyway = "/gzip-anyway";

    /// <summary>A file of no bytes; a range gets 416 with <c>*/0</c>.</summary>
    public const string Empty = "/empty";

    /// <summary>An HTML page with <c>?status=</c> (404 by default).</summary>
    public const string ErrorPage = "/error-page";

    /// <summary><c>?status=</c> (503) with Retry-After <c>?seconds=</c> for the first <c>?times=</c> (1) requests, then good.</summary>
    public const string RetryAfter = "/retry-after";

    /// <summary>503 for the first <c>?n=</c> (1) requests, then good.</summary>
    public const string Unavailable = "/503-times";

    /// <summary>304 though nothing was asked conditionally.</summary>
    public const string NotModified = "/304";

    /// <summary>401 with a WWW-Authenticate.</summary>
    public const string Unauthorized = "/401";

    /// <summary>Good to any Authorization but <c>Bearer old</c>, and to that one for the first <c>?requests=</c> (1) requests for the path; otherwise 401.</summary>
    public const string TokenExpires = "/token-expires";

    /// <summary>A redirect with <c>?status=</c> (302) to <c>?to=</c>, which is sent as Location as it stands.</summary>
    public const string Redirect = "/redirect";

    /// <summary>A redirect to itself.</summary>
    public const string RedirectLoop = "/redirect-loop";

    /// <summary>Redirects to itself with <c>?n=</c> one less, to <see cref="Good"/> at zero.</summary>
    public const string RedirectChain = "/redirect-chain";

    /// <summary>Answers with the request: request line, fields, an empty line, body.</summary>
    public const string Echo = "/echo";

    /// <summary>Answers with how many bytes the request's body had and their SHA-256, and keeps none of them.</summary>
    public const string Sink = "/sink";

    /// <summary>Reads nothing of the request's body and answers nothing until the client leaves.</summary>
    public const string ReadsNothing = "/reads-nothing";

    /// <summary>Closes cleanly in the middle of a body with Content-Length, for the first <c>?times=</c> (1) requests; then good.</summary>
    public const string ShortBody = "/short-body";

    /// <summary>Closes cleanly in the middle of a chunked body, for the first <c>?times=</c> (1) requests; then good.</summary>
    public const string CutChunked = "/cut-chunked";

    /// <summary>Resets the connection in the middle of the body, for the first <c>?times=</c> (1) requests; then good.</summary>
    public const string Reset = "/reset";

    /// <summary>Two different Content-Length values.</summary>
    public const string ConflictingContentLength = "/conflicting-content-length";

    /// <summary>The Content-Length <c>+10</c>.</summary>
    public const string MalformedContentLength = "/malformed-content-length";

    /// <summary>Content-Length beside Transfer-Encoding.</summary>
    public const string LengthAndChunked = "/length-and-chunked";

    /// <summary>Two Content-Range fields.</summary>
    public const string TwoContentRanges = "/two-content-ranges";

    /// <summary>A chunked 206 with more bytes than its Content-Range says.</summary>
    public const string LongerThanItsRange = "/longer-than-its-range";

    /// <summary>A body without length, ended by the end of the connection.</summary>
    public const string CloseDelimited = "/close-delimited";

    /// <summary>101 that nobody asked for.</summary>
    public const string SwitchingProtocols = "/switching-protocols";

    /// <summary>100, 103 and an unknown 1xx before a good answer.</summary>
    public const string EarlyHints = "/early-hints";

    /// <summary>Closes the connection without an answer, for the first <c>?times=</c> (1) requests; then good.</summary>
    public const string ClosesWithoutAnswer = "/closes-without-answer";

    /// <summary>Answers with something that is not HTTP.</summary>
    public const string NotHttp = "/not-http";

    /// <summary>The routes that answer below HTTP, byte by byte, on a listener of their own.</summary>
    public static IReadOnlySet<string> Raw { get; } = new HashSet<string>
    {
        ShortBody, CutChunked, Reset, ConflictingContentLength, MalformedContentLength, LengthAndChunked, TwoContentRanges,
        LongerThanItsRange, CloseDelimited, SwitchingProtocols, EarlyHints, ClosesWithoutAnswer, NotHttp,
    };
}
