using System.Net;
using System.Net.Http.Headers;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Dns;

/// <summary>A DNS over HTTPS server (RFC 8484), asked with POST.</summary>
internal sealed class DohServer(Uri url, Func<HttpMessageInvoker> invoker, TimeSpan patience) : IDnsServer
{
    private const string MediaType = "application/dns-message";

    // Section 4.1: the same question is the same request then, for caches on the way. HTTP pairs answer and question.
    private const ushort Id = 0;

    public string Name { get; } = $"the DNS over HTTPS server {UrlText.WithoutQuery(url.OriginalString)}";

    public TimeSpan Patience => patience;

    /// <summary>Reads the option dnsOverHttps; null where it is no https URL.</summary>
    public static Uri? ParseUrl(string written) =>
        UrlText.TryParse(written) is { Scheme: "https", UserInfo: "" } url ? url : null;

    public async Task<DnsMessage> AskAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        using var connecting = new DohConnecting(cancellationToken);
        using var request = Request(question);
        request.Options.Set(DohConnecting.Key, connecting);
        using var response = await invoker().SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new InvalidDataException($"answered with the HTTP status {(int)response.StatusCode}");
        if (!string.Equals(response.Content.Headers.ContentType?.MediaType, MediaType, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"answered with something else than {MediaType}");
        var message = await ReadAsync(response.Content, cancellationToken);
        return Aged(DnsServer.Checked(message.Span, Id, question), response.Headers.Age);
    }

    private HttpRequestMessage Request(DnsQuestion question) => new(HttpMethod.Post, url)
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        Headers = { Accept = { new MediaTypeWithQualityHeaderValue(MediaType) } },
        Content = new ByteArrayContent(DnsMessage.Query(Id, question, extended: true)) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } },
    };

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var message = new byte[DnsMessage.MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false, cancellationToken);
        return length > DnsMessage.MaxBytes ? throw new InvalidDataException("sent a message that is too long") : message.AsMemory(0, length);
    }

    // Section 5.1: the time an answer lay in a cache on the way counts.
    private static DnsMessage Aged(DnsMessage message, TimeSpan? age) => age is not { TotalSeconds: >= 1 and var seconds }
        ? message
        : message with { Answers = [.. message.Answers.Select(r => Aged(r, seconds))], Authority = [.. message.Authority.Select(r => Aged(r, seconds))] };

    private static DnsRecord Aged(DnsRecord record, double seconds) => record with { Ttl = (uint)Math.Max(0, record.Ttl - seconds) };
}
