namespace Ferry.Engine.Requests;

/// <summary>A request that can be carried out: every option checked and parsed. Made by <see cref="RequestValidation.Validate"/> alone.</summary>
public sealed record ValidatedRequest
{
    internal ValidatedRequest(TransferRequest source, TransferId id, Uri url)
    {
        Source = source;
        Id = id;
        Url = url;
        Priority = new Priority(source.Options.Priority);
        Origin = Origin.Of(url);
    }

    /// <summary>The request as written, with id, clamped limits and an absolute target path filled in: what is journaled and compared.</summary>
    public TransferRequest Source { get; }

    /// <summary>The id.</summary>
    public TransferId Id { get; }

    /// <summary>The URL, sent as written, with the data of a request that has no body in its query.</summary>
    public Uri Url { get; }

    /// <summary>Whether the query of <see cref="Url"/> holds data of the request.</summary>
    internal bool HasQueryData { get; init; }

    /// <summary>The priority.</summary>
    public Priority Priority { get; }

    /// <summary>The origin the per-origin limits count for.</summary>
    public Origin Origin { get; }

    /// <summary>The options.</summary>
    public RequestOptions Options => Source.Options;

    /// <summary>The destination.</summary>
    public Destination Destination => Source.Destination;

    /// <summary>How it is uploaded, or null where it is no upload.</summary>
    public UploadOptions? Upload => Source.Upload;

    /// <summary>Whether it is journaled and goes on after a restart: a download to a file, and an upload of a body that can be read again.</summary>
    public bool IsDurable => Destination.IsDurable || (Upload is not null && Options.ExtraData is not StreamData);

    /// <summary>
    /// Whether a request asks for the same as this one, so that starting it again is not another transfer. The id and the priority, which
    /// can be changed while a transfer lives, are not compared; the contents of lists and bodies are.
    /// </summary>
    /// <param name="other">A request that was validated, as it is journaled.</param>
    public bool SameAs(TransferRequest other) => RequestComparison.Same(Source, other);

    /// <summary>
    /// What differs between the content this request asks for and what another asks for, for a sentence: options by their names, header fields without their
    /// values. Empty where this transfer may go on with the other request: the same content, from the same URL to the same place, asked for with other credentials,
    /// over another connection, or with other timeouts, limits and retries.
    /// </summary>
    /// <param name="other">A request that was validated.</param>
    public IReadOnlyList<string> ContentDifferences(TransferRequest other) => ContentComparison.Differences(Source, other);
}

/// <summary>Scheme, host and port of a URL (RFC 9110 section 4.3.1), in lower case.</summary>
/// <param name="Value">The origin as text, such as <c>https://example.com:443</c>.</param>
public readonly record struct Origin(string Value)
{
    /// <summary>The origin of a URL.</summary>
    /// <param name="url">An absolute URL.</param>
    public static Origin Of(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return new Origin($"{url.Scheme}://{url.IdnHost}:{url.Port}");
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
