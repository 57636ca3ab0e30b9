using System.Net;
using System.Text;
using Ferry.Engine.Bodies;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Makes the message of one request of a call.</summary>
internal static class RequestMessages
{
    private const long WorthAsking = 1024 * 1024;

    private static readonly HashSet<string> Secret = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Cookie", "Proxy-Authorization" };

    public static HttpRequestMessage Make(HttpCall call, Hop hop, TransportSettings settings, ISendListener sending)
    {
        var options = call.Request.Options;
        var body = hop.WithBody ? call.Body() : null;
        var (version, strictness) = ProtocolVersions.For(options, hop.Url, settings.Policy);
        var message = new HttpRequestMessage(new HttpMethod(hop.Method), hop.Url)
        {
            Version = version,
            VersionPolicy = strictness,
            Content = body is not null ? new BodyContent(body, sending) : MustGoOnce(hop.Method, options) ? new BodyContent(new MemoryBody(default), sending) : null,
        };
        foreach (var field in options.Headers)
        {
            if (!hop.WithSecrets && (Secret.Contains(field.Name) || options.SecretHeaders.Contains(field.Name, StringComparer.OrdinalIgnoreCase)))
                continue;
            if (Same(field, "Content-Type") && body?.ContentType is not null)
                continue;
            if (!call.Fields.Any(f => Same(f, field.Name)) && !(call.Identity && Same(field, "Accept-Encoding")))
                Add(message, hop, options, field.Name, Utf8(field.Value));
        }
        foreach (var field in call.Fields)
            Add(message, hop, options, field.Name, field.Value);
        AddOwn(message, call, hop, settings);
        // Of an empty body the head is all there is: asking would send it.
        if (body is not null && body.Length != 0 && hop.MayExpect && ExpectsContinue(call.Request, body))
            message.Headers.ExpectContinue = true;
        if (ContentTypeOf(message, call, hop, body) is { } contentType)
            (message.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation("Content-Type", Utf8(contentType));
        if (hop.Method == "CONNECT")
            MakeConnect(message, hop.Url);
        return message;
    }

    private static void AddOwn(HttpRequestMessage message, HttpCall call, Hop hop, TransportSettings settings)
    {
        if (call.Identity)
            message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        else if (hop.Method != "CONNECT" && !message.Headers.NonValidated.Contains("Accept-Encoding"))
            message.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br");
        if (settings.UserAgent.Length > 0 && !message.Headers.NonValidated.Contains("User-Agent"))
            message.Headers.TryAddWithoutValidation("User-Agent", settings.UserAgent);
    }

    // What is sent for minutes to a server that refuses it is sent for nothing.
    private static bool ExpectsContinue(ValidatedRequest request, RequestBody body) => request.Options.ExpectContinue
        ?? (request.Upload is { Protocol: UploadProtocol.Plain } && body.Length is null or >= WorthAsking);

    // Null where there is nothing to describe, or the caller described it.
    private static string? ContentTypeOf(HttpRequestMessage message, HttpCall call, Hop hop, RequestBody? body)
    {
        if (body?.ContentType is { } own)
            return own;
        var described = message.Content?.Headers.NonValidated.Contains("Content-Type") == true;
        var hasQueryData = call.Request.HasQueryData && ReferenceEquals(hop.Url, call.Request.Url);
        return described || (body is null && !hasQueryData) ? null : MethodRules.DefaultContentType(call.Request.Source);
    }

    // Its target is an authority, which the platform takes from Host; over HTTP/2 the platform would write a path too (RFC 9113 section 8.5).
    private static void MakeConnect(HttpRequestMessage message, Uri url)
    {
        message.Version = HttpVersion.Version11;
        message.Headers.Host = url.HostNameType is UriHostNameType.IPv6 ? $"[{url.DnsSafeHost}]:{url.Port}" : $"{url.IdnHost}:{url.Port}";
    }

    private static void Add(HttpRequestMessage message, Hop hop, RequestOptions options, string name, string value)
    {
        if (message.Headers.TryAddWithoutValidation(name, value))
            return;
        // The platform keeps the fields that describe a body apart. They go where the body went; of a request that lost its body to a redirect
        // nothing is left to describe.
        if (!hop.WithBody && hop.Method != options.Method)
            return;
        message.Content ??= new ByteArrayContent([]);
        message.Content.Headers.TryAddWithoutValidation(name, value);
    }

    // The platform sends a request anew where a pooled connection ends without an answer, unless it began to send a body: an empty one will do
    // (rule 32).
    private static bool MustGoOnce(string method, RequestOptions options) => method is "POST" or "PATCH" && !options.Idempotent;

    private static bool Same(HeaderField field, string name) => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);

    // Fields go out byte for byte (Latin-1), so that a validator comes back as it was received; what the caller writes goes out as UTF-8.
    private static string Utf8(string value) => Ascii.IsValid(value) ? value : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value));
}
