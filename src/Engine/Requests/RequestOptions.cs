namespace Ferry.Engine.Requests;

/// <summary>One header field as the caller writes it.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Value">The field's value, without line breaks.</param>
public sealed record HeaderField(string Name, string Value);

/// <summary>How often and how patiently a failed attempt is repeated (spec/http.md rules 30 to 33).</summary>
public sealed record RetryOptions
{
    /// <summary>Repetitions after the first attempt that made no progress in between; 0 to 1000. Downloads default to 8.</summary>
    public int MaxRetries { get; init; } = 8;

    /// <summary>The upper end of the first wait; it doubles each time, and the wait is drawn evenly between zero and it (full jitter).</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest a wait may become.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest Retry-After that is honoured as asked; a longer one is cut to this.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>The options of a request as the caller writes them (spec/requests.md section 1). Nothing is checked here: see <see cref="RequestValidation"/>.</summary>
public sealed record RequestOptions
{
    /// <summary>OPTIONS, GET, HEAD, POST, PUT, DELETE, TRACE, CONNECT or PATCH.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The header fields to send, in order.</summary>
    public IReadOnlyList<HeaderField> Headers { get; init; } = [];

    /// <summary>Names of header fields that are dropped when a redirect leaves the origin, beside Authorization, Cookie and Proxy-Authorization.</summary>
    public IReadOnlyList<string> SecretHeaders { get; init; } = [];

    /// <summary>The body of a POST, PUT or PATCH; with another method what is appended to the URL's query. Null for none.</summary>
    public RequestData? ExtraData { get; init; }

    /// <summary>The parts of a multipart/form-data body; used where the content-type is multipart/form-data.</summary>
    public IReadOnlyList<FormPart> MultiFormData { get; init; } = [];

    /// <summary>The wanted type of the result; null chooses by the answer's content-type.</summary>
    public HttpDataType? ExpectDataType { get; init; }

    /// <summary>Whether the response cache may answer; the answer is stored either way.</summary>
    public bool UsingCache { get; init; } = true;

    /// <summary>The first byte wanted, from 1; GET only. Null or outside of the range: from the start, with a warning where it is outside.</summary>
    public long? ResumeFrom { get; init; }

    /// <summary>The last byte wanted, inclusive, from 1; GET only. Null or outside of the range: to the end, with a warning where it is outside.</summary>
    public long? ResumeTo { get; init; }

    /// <summary>The protocol version; null chooses automatically.</summary>
    public HttpProtocol? UsingProtocol { get; init; }

    /// <summary>The proxy.</summary>
    public ProxyChoice UsingProxy { get; init; } = new NoProxy();

    /// <summary>A PEM file whose certificates replace the system's trust anchors; null for the system's.</summary>
    public string? CaPath { get; init; }

    /// <summary>The certificate shown to servers that ask for one.</summary>
    public ClientCertificate? ClientCert { get; init; }

    /// <summary>Pins of the server's public key; one must match. Empty for none.</summary>
    public IReadOnlyList<CertificatePin> CertificatePinning { get; init; } = [];

    /// <summary>A DNS over HTTPS server (RFC 8484), as in <c>https://host:port/path</c>; asked where no <see cref="DnsServers"/> answers.</summary>
    public string? DnsOverHttps { get; init; }

    /// <summary>Addresses of DNS servers, asked first; the first three valid ones are used.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>1 to 1000, larger is more urgent.</summary>
    public int Priority { get; init; } = Requests.Priority.Min;

    /// <summary>The most time for name resolution, TCP and TLS together; zero for no limit.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest silence while reading; zero for no limit.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most time for one attempt as a whole; zero for no limit.</summary>
    public TimeSpan TotalTimeout { get; init; }

    /// <summary>Redirects followed at most; 0 to 1000.</summary>
    public int MaxRedirects { get; init; } = 30;

    /// <summary>The largest body held in memory, in bytes; 1 to 100 MiB, more is clamped.</summary>
    public long MaxLimit { get; init; } = 5 * 1024 * 1024;

    /// <summary>The most bytes a second this transfer may receive, or an upload send; zero for no limit.</summary>
    public long LimitRate { get; init; }

    /// <summary>Retries; null means the default of the destination: file transfers retry, others do not.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>
    /// Whether a body is sent only once the server says that it wants it (<c>Expect: 100-continue</c>, RFC 9110 section 10.1.1), or said nothing for a second; null
    /// asks for that in a plain upload of 1 MiB or more.
    /// </summary>
    public bool? ExpectContinue { get; init; }

    /// <summary>Whether a POST or PATCH may be sent again (spec/http.md rule 32).</summary>
    public bool Idempotent { get; init; }

    /// <summary>Resume without a strong validator when the total length is unchanged (spec/http.md rule 6). Off by default: the result may mix two versions.</summary>
    public bool TrustLength { get; init; }
}
