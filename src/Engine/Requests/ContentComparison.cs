namespace Ferry.Engine.Requests;

/// <summary>
/// Tells whether a transfer that has bytes may go on with another request: only where it asks for the same content, from the same URL to the same
/// place. How it is asked for, and by whom, may differ.
/// </summary>
internal static class ContentComparison
{
    private static readonly NoProxy None = new();

    /// <summary>What differs in the content asked for, in the words of the source APIs; empty where it is the same. Header fields are named without their values.</summary>
    /// <param name="known">The request a transfer has, as validated.</param>
    /// <param name="other">The one it is to go on with, as validated.</param>
    public static IReadOnlyList<string> Differences(TransferRequest known, TransferRequest other)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(other);
        var (left, right) = (known.Options, other.Options);
        List<(string Name, bool Same)> compared =
        [
            ("the URL", WithoutFragment(known.Url).Equals(WithoutFragment(other.Url), StringComparison.Ordinal)),
            ("the destination", known.Destination == other.Destination),
            ("the way of the upload", RequestComparison.SameUpload(Shape(known.Upload), Shape(other.Upload))),
            ("method", left.Method == right.Method),
            ("extraData", left.ExtraData == right.ExtraData),
            ("multiFormDataList", left.MultiFormData.SequenceEqual(right.MultiFormData)),
            ("resumeFrom", left.ResumeFrom == right.ResumeFrom),
            ("resumeTo", left.ResumeTo == right.ResumeTo),
            // A body that may have been taken stays as it was begun: in doubt, or not.
            ("idempotent", left.Idempotent == right.Idempotent),
            ("another option", Rest(left) == Rest(right)),
        ];
        return [.. compared.Where(c => !c.Same).Select(c => c.Name), .. DifferingHeaders(left, right).Select(name => $"the header '{name}'")];
    }

    // The fragment is never sent (RFC 9110 section 4.2.5).
    private static string WithoutFragment(string url) => url.Split('#', 2)[0];

    // How much goes in one request is no part of what is stored.
    private static UploadOptions? Shape(UploadOptions? upload) => upload is null ? null : upload with { ChunkBytes = UploadOptions.DefaultChunkBytes };

    private static IEnumerable<string> DifferingHeaders(RequestOptions left, RequestOptions right)
    {
        var (first, second) = (ContentHeaders(left, right), ContentHeaders(right, left));
        return first.Select(g => g.Key).Union(second.Select(g => g.Key), StringComparer.OrdinalIgnoreCase)
            .Where(name => !first[name].SequenceEqual(second[name], StringComparer.Ordinal));
    }

    // The order of fields of different names means nothing (RFC 9110 section 5.3).
    private static ILookup<string, string> ContentHeaders(RequestOptions options, RequestOptions other) => options.Headers
        .Where(h => !CallerHeaders.Holds(h.Name))
        .Where(h => !options.SecretHeaders.Concat(other.SecretHeaders).Contains(h.Name, StringComparer.OrdinalIgnoreCase))
        .ToLookup(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase);

    // What is left after what was compared, and what may differ, is compared by the record itself, so that a new option must be equal until it is named here.
    private static RequestOptions Rest(RequestOptions options) =>
        options with
        {
            Method = "",
            Headers = [],
            ExtraData = null,
            MultiFormData = [],
            ResumeFrom = null,
            ResumeTo = null,
            Idempotent = false,
            SecretHeaders = [],
            UsingCache = true,
            UsingProtocol = null,
            UsingProxy = None,
            CaPath = null,
            ClientCert = null,
            CertificatePinning = [],
            DnsOverHttps = null,
            DnsServers = [],
            Priority = Priority.Min,
            ConnectTimeout = TimeSpan.Zero,
            ReadTimeout = TimeSpan.Zero,
            TotalTimeout = TimeSpan.Zero,
            MaxRedirects = 0,
            MaxLimit = 0,
            LimitRate = 0,
            Retry = null,
            ExpectContinue = null,
            TrustLength = false,
        };
}
