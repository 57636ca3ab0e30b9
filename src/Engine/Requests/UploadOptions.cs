namespace Ferry.Engine.Requests;

/// <summary>How an upload is sent.</summary>
public enum UploadProtocol
{
    /// <summary>The body of one PUT, POST or PATCH: sent whole, and from its start again where it broke and may be repeated.</summary>
    Plain,

    /// <summary>The tus resumable upload protocol, version 1.0.0: goes on where it stopped.</summary>
    Tus,
}

/// <summary>
/// Makes a request an upload: its body (a file, bytes, a text, a form; see <see cref="RequestOptions.ExtraData"/>) is sent durably, and the answer comes
/// with the completed event. Only a body from a stream is not durable, since it cannot be read again.
/// </summary>
public sealed record UploadOptions
{
    /// <summary>The length of a chunk where none is given, in bytes: 8 MiB.</summary>
    public const long DefaultChunkBytes = 8 * 1024 * 1024;

    /// <summary>How it is sent.</summary>
    public UploadProtocol Protocol { get; init; } = UploadProtocol.Plain;

    /// <summary>
    /// tus: the most bytes of one PATCH, and the most that is sent again after a loss, 1 or more; zero sends the rest in one PATCH. Of a stream so much is held
    /// in memory, at most 64 MiB.
    /// </summary>
    public long ChunkBytes { get; init; } = DefaultChunkBytes;

    /// <summary>tus: whether the length is told with the last chunk instead of at the creation; so it is in any case for a stream of unknown length.</summary>
    public bool DeferLength { get; init; }

    /// <summary>
    /// tus: whether the first chunk goes along with the creation, where the server has that extension. One request less; but its bytes are sent before the
    /// upload's URL is known, so that a crash just then sends them again.
    /// </summary>
    public bool CreationWithUpload { get; init; }

    /// <summary>tus: whether each chunk is sent with its checksum, where the server has that extension and an algorithm known here (sha256, sha1).</summary>
    public bool Checksum { get; init; } = true;

    /// <summary>tus: what the server is told of the upload at its creation, such as <c>filename</c>; keys without spaces and commas, each once.</summary>
    public IReadOnlyList<UploadMetadata> Metadata { get; init; } = [];
}

/// <summary>One pair of a tus upload's metadata.</summary>
/// <param name="Key">The key: ASCII, without spaces and commas.</param>
/// <param name="Value">The value; sent as UTF-8 in Base64. Empty sends the key alone.</param>
public sealed record UploadMetadata(string Key, string Value);
