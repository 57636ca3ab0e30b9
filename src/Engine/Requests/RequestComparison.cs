namespace Ferry.Engine.Requests;

/// <summary>Compares requests by what they ask for. Records compare lists and arrays by reference: these are compared by content here.</summary>
internal static class RequestComparison
{
    public static bool Same(TransferRequest left, TransferRequest right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return string.Equals(left.Url, right.Url, StringComparison.Ordinal)
            && left.Destination == right.Destination
            && Flat(left.Options) == Flat(right.Options)
            && left.Options.Headers.SequenceEqual(right.Options.Headers)
            && left.Options.SecretHeaders.SequenceEqual(right.Options.SecretHeaders, StringComparer.OrdinalIgnoreCase)
            && left.Options.MultiFormData.SequenceEqual(right.Options.MultiFormData)
            && left.Options.CertificatePinning.SequenceEqual(right.Options.CertificatePinning)
            && left.Options.DnsServers.SequenceEqual(right.Options.DnsServers, StringComparer.Ordinal)
            && SameUpload(left.Upload, right.Upload)
            && SameProxy(left.Options.UsingProxy, right.Options.UsingProxy);
    }

    /// <summary>Whether two uploads are sent alike.</summary>
    public static bool SameUpload(UploadOptions? left, UploadOptions? right) => left is null || right is null
        ? left == right
        : left with { Metadata = [] } == right with { Metadata = [] } && left.Metadata.SequenceEqual(right.Metadata);

    private static readonly NoProxy None = new();

    // What is left is compared by the record itself, so that a new option is not forgotten here.
    private static RequestOptions Flat(RequestOptions options) =>
        options with
        {
            Headers = [],
            SecretHeaders = [],
            MultiFormData = [],
            CertificatePinning = [],
            DnsServers = [],
            UsingProxy = None,
            Priority = Priority.Min,
        };

    private static bool SameProxy(ProxyChoice left, ProxyChoice right) => left is ProxyServer a && right is ProxyServer b
        ? a with { Exclusions = [] } == b with { Exclusions = [] } && a.Exclusions.SequenceEqual(b.Exclusions, StringComparer.Ordinal)
        : left == right;
}
