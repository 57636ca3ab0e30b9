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
            && SameBytes(left.Options.Body, right.Options.Body);
    }

    // What is left is compared by the record itself, so that a new option is not forgotten here.
    private static RequestOptions Flat(RequestOptions options) =>
        options with { Headers = [], SecretHeaders = [], Body = null, Priority = Priority.Min };

    private static bool SameBytes(byte[]? left, byte[]? right) =>
        left is null || right is null ? left == right : left.AsSpan().SequenceEqual(right);
}
