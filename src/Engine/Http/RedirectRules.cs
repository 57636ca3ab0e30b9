using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>One request of a call: the first, or one that a redirect asked for.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">The URL.</param>
/// <param name="WithBody">Whether the body goes along.</param>
/// <param name="WithSecrets">Whether Authorization, Cookie, Proxy-Authorization and the caller's secret fields go along.</param>
internal sealed record Hop(string Method, Uri Url, bool WithBody, bool WithSecrets)
{
    /// <summary>Whether the server may be asked first whether it wants the body.</summary>
    public bool MayExpect { get; init; } = true;
}

/// <summary>What a redirect asks for: the next request, or why it is not followed. Neither where the answer is no redirect.</summary>
internal sealed record RedirectDecision(Hop? Next, TransferError? Error);

/// <summary>Which redirects are followed, and how (RFC 9110 section 15.4; spec/http.md rules 39 to 42).</summary>
internal static class RedirectRules
{
    private static readonly RedirectDecision Final = new(null, null);

    /// <summary>The first request of a call. Secrets are for the origin the caller named, also where a remembered final URL is asked.</summary>
    public static Hop First(HttpCall call) => new(
        call.Method,
        call.Target,
        WithBody: call.HasBody,
        WithSecrets: Origin.Of(call.Target) == call.Request.Origin);

    /// <summary>What follows from an answer.</summary>
    /// <param name="request">What the caller wants.</param>
    /// <param name="hops">The requests of this call so far; it answers the last.</param>
    /// <param name="head">The answer.</param>
    public static RedirectDecision After(ValidatedRequest request, IReadOnlyList<Hop> hops, AnswerHead head)
    {
        var hop = hops[^1];
        if (head.Status is not (301 or 302 or 303 or 307 or 308) || head.Headers.FirstOrDefault(h => h.Name == "location") is not { } location)
            return Final;
        if (head.Headers.Any(h => h.Name == "location" && h.Value != location.Value))
            return Refuse(ErrorCode.InvalidAnswer, "The server's redirect names several targets.");
        if (UrlText.Resolve(hop.Url, location.Value) is not { } to)
            return Refuse(ErrorCode.UnsupportedProtocol, "The server's redirect leads to something that is not an http or https URL.");
        if (hop.Url.Scheme == "https" && to.Scheme == "http")
            return Refuse(ErrorCode.CleartextNotAllowed, $"The server's redirect leads from https to cleartext http at {to.Authority}; it is not followed.");
        if (hops.Count > request.Options.MaxRedirects)
            return Refuse(ErrorCode.TooManyRedirects, $"The server redirected more than {request.Options.MaxRedirects} times.");
        // After 303 the server has the body; 301 and 302 say that it is wanted elsewhere, and take it away (RFC 9110 section 15.4).
        if (request.Upload is not null && head.Status is 301 or 302 && BecomesGet(hop, head.Status))
            return Refuse(ErrorCode.UploadFailed, $"The server moved the upload to {UrlText.WithoutQuery(to.AbsoluteUri)} by {head.Status}, which would leave its body behind: send it to that URL, or with PUT.");
        var next = Next(hop, head.Status, to);
        return hops.Any(e => e.Method == next.Method && e.Url.AbsoluteUri == next.Url.AbsoluteUri)
            ? Refuse(ErrorCode.TooManyRedirects, $"The server's redirects lead in a circle at {UrlText.WithoutQuery(to.AbsoluteUri)}.")
            : new RedirectDecision(next, null);
    }

    private static Hop Next(Hop hop, int status, Uri to)
    {
        var becomesGet = BecomesGet(hop, status);
        return new Hop(
            becomesGet ? "GET" : hop.Method,
            to,
            hop.WithBody && !becomesGet,
            hop.WithSecrets && Origin.Of(to) == Origin.Of(hop.Url));
    }

    private static bool BecomesGet(Hop hop, int status) => status switch
    {
        303 => hop.Method is not ("GET" or "HEAD"),
        301 or 302 => hop.Method == "POST",
        _ => false,
    };

    private static RedirectDecision Refuse(ErrorCode code, string message) =>
        new(null, new TransferError(code, ErrorStage.Answering, ErrorSide.Remote, message));
}
