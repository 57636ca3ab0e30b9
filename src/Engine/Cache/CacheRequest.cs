using System.Globalization;
using System.Text;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Cache;

/// <summary>A request as the cache sees it.</summary>
internal sealed class CacheRequest
{
    private static readonly RequestOptions Default = new();

    private static readonly HashSet<string> Credentials = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Cookie", "Proxy-Authorization" };

    private static readonly HashSet<string> Conditions = new(StringComparer.OrdinalIgnoreCase)
    {
        "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range",
    };

    public CacheRequest(ValidatedRequest request)
    {
        Url = request.Url;
        Key = Url.AbsoluteUri;
        Options = request.Options;
        Control = CacheControl.Of(Options.Headers);
        IsRanged = Options.ResumeFrom is not null || Options.ResumeTo is not null;
        HasOwnConditions = Options.Headers.Any(h => Conditions.Contains(h.Name));
        HasAuthorization = Url.UserInfo.Length > 0 || Options.Headers.Any(h => h.Name.Equals("authorization", StringComparison.OrdinalIgnoreCase));
        Audience = AudienceOf(Options);
    }

    public Uri Url { get; }

    /// <summary>The URL as text: what answers are found by.</summary>
    public string Key { get; }

    public RequestOptions Options { get; }

    public string Method => Options.Method;

    public CacheControl Control { get; }

    public bool IsRanged { get; }

    /// <summary>Whether the caller validates on its own: such an answer is the caller's to understand.</summary>
    public bool HasOwnConditions { get; }

    public bool HasAuthorization { get; }

    /// <summary>
    /// For whom, and over what kind of connection, an answer is got. One service asks for many users, so credentials are part of the key even
    /// where the server forgot Vary; and a pin, a trust anchor or a proxy means something only where the stored answer came that way. Empty
    /// for a request without any of it.
    /// </summary>
    public string Audience { get; }

    /// <summary>Pragma counts where there is no Cache-Control (section 5.4).</summary>
    public bool WantsValidation => Control.NoCache
        || (ReferenceEquals(Control, CacheControl.None) && Field("pragma")?.Contains("no-cache", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The combined value of a field the caller sends, or null.</summary>
    public string? Field(string name)
    {
        string? value = null;
        foreach (var field in Options.Headers)
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                value = value is null ? field.Value.Trim() : $"{value}, {field.Value.Trim()}";
        }
        return value;
    }

    private static string AudienceOf(RequestOptions options)
    {
        var text = new StringBuilder();
        foreach (var field in options.Headers)
        {
            if (Credentials.Contains(field.Name) || options.SecretHeaders.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
                Add(text, field.Name.ToLowerInvariant(), field.Value);
        }
        if (options.ClientCert is { } certificate)
            Add(text, "cert", certificate.CertPath, certificate.KeyPath);
        if (options.CaPath is { } anchors)
            Add(text, "ca", anchors);
        foreach (var pin in options.CertificatePinning)
            Add(text, "pin", pin.PublicKeyHash);
        if (options.UsingProxy != Default.UsingProxy)
            Add(text, "proxy", options.UsingProxy is ProxyServer p ? [p.Kind.ToString(), p.Host, p.Port.ToString(CultureInfo.InvariantCulture), p.UserName ?? ""] : ["system"]);
        foreach (var server in options.DnsServers)
            Add(text, "dns", server);
        if (options.DnsOverHttps is { } doh)
            Add(text, "doh", doh);
        // Data that belongs to the query, whether or not it stands in the URL yet.
        if (options.ExtraData is TextData or JsonData)
            Add(text, "data", options.ExtraData is TextData t ? t.Text : ((JsonData)options.ExtraData).Json);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string kind, params ReadOnlySpan<string> values)
    {
        text.Append(kind);
        foreach (var value in values)
            text.Append('\0').Append(value.Length).Append('\0').Append(value);
        text.Append('\n');
    }
}
