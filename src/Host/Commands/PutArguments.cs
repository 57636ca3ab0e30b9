using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>What <c>ferry put</c> was asked for, as written.</summary>
internal sealed record PutArguments : TransferArguments
{
    /// <summary>The file to send.</summary>
    public required string File { get; init; }

    /// <summary>Where to send it.</summary>
    public required string Url { get; init; }

    /// <summary>Whether it is sent by tus.</summary>
    public bool Tus { get; init; }

    /// <summary>The field of a multipart form it is sent as, or null.</summary>
    public string? Multipart { get; init; }

    /// <summary>PUT or POST, or null for what is usual.</summary>
    public string? Method { get; init; }

    /// <summary>tus: the most bytes of one request, or null for the default.</summary>
    public long? ChunkSize { get; init; }

    /// <summary>tus: whether chunks are sent without checksums.</summary>
    public bool NoChecksum { get; init; }

    /// <summary>tus: what the server is told of the file beside its name.</summary>
    public IReadOnlyList<UploadMetadata> Metadata { get; init; } = [];

    /// <summary>Whether a POST may be sent again.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Whether an upload that is known is dropped and begun anew.</summary>
    public bool Force { get; init; }
}
