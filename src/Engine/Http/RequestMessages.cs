using System.Net.Http.Headers;
using System.Text;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Makes the message of one request of a call.</summary>
internal static class RequestMessages
{
    private static readonly HashSet<string> Secret = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Cookie", "Proxy-Authorization" };

    public static HttpRequestMessage Make(HttpCall call, Hop hop, TransportSettings settings)
    {
        var options = call.Request.Options;
        var (version, strictness) = ProtocolVersions.For(options, hop.Url, settings.Policy);
        var message = new HttpRequestMessage(new HttpMethod(hop.Method), hop.Url)
        {
            Version = version,
            VersionPolicy = strictness,
            Content = hop.WithBody ? Body(options) : MustGoOnce(hop.Method, options) ? new ByteArrayContent([]) : null,
        };
        foreach (var field in options.Headers)
        {
            if (!hop.WithSecrets && (Secret.Contains(field.Name) || options.SecretHeaders.Contains(field.Name, StringComparer.OrdinalIgnoreCase)))
                continue;
            if (!call.Fields.Any(f => Same(f, field.Name)) && !(call.Identity && Same(field, "Accept-Encoding")))
                Add(message, hop, field.Name, Utf8(field.Value));
        }
        foreach (var field in call.Fields)
            Add(message, hop, field.Name, field.Value);
        if (call.Identity)
            message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (settings.UserAgent.Length > 0 && !message.Headers.NonValidated.Contains("User-Agent"))
            message.Headers.TryAddWithoutValidation("User-Agent", settings.UserAgent);
        if (message.Content is { } content && hop.WithBody && !content.Headers.NonValidated.Contains("Content-Type"))
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return message;
    }

    /// <summary>Whether the data of a request is its body; with another method it is part of the URL.</summary>
    public static bool HasBody(RequestOptions options) => options.ExtraData is not null && options.Method is ("POST" or "PUT" or "PATCH");

    private static ByteArrayContent Body(RequestOptions options) => new(options.ExtraData switch
    {
        BytesData data => data.Bytes,
        TextData data => Encoding.UTF8.GetBytes(data.Text),
        JsonData data => Encoding.UTF8.GetBytes(data.Json),
        var other => throw new InvalidOperationException($"{other} is no body."),
    });

    private static void Add(HttpRequestMessage message, Hop hop, string name, string value)
    {
        if (message.Headers.TryAddWithoutValidation(name, value))
            return;
        // The platform keeps the fields that describe a body apart; without a body they are not sent, unless the caller's method had none.
        if (!hop.WithBody && hop.Method == "GET" && message.Content is null)
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
