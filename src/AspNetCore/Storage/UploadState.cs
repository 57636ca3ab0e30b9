using System.Text.Json.Serialization;

namespace Ferry.AspNetCore.Storage;

/// <summary>How far an upload is.</summary>
internal enum UploadPhase
{
    /// <summary>Bytes are missing, or its length is not known.</summary>
    Receiving,

    /// <summary>All bytes are there and flushed; the rename to the file's name may have been done or not.</summary>
    Finishing,

    /// <summary>The file has its name.</summary>
    Finished,

    /// <summary>Nobody sent a byte for too long; its bytes are removed. Kept for a while, so that its client can be told.</summary>
    Expired,
}

/// <summary>What the creation of an upload told; never changed.</summary>
/// <param name="Id">The id.</param>
/// <param name="Metadata">Upload-Metadata as it came.</param>
internal sealed record UploadInfo(string Id, string Metadata);

/// <summary>What is known of an upload and survives the process: one slot of its record.</summary>
internal sealed record UploadState
{
    /// <summary>How far it is.</summary>
    public required UploadPhase Phase { get; init; }

    /// <summary>Its length in bytes, or null where it is not known yet.</summary>
    public long? Length { get; init; }

    /// <summary>Bytes from zero that are on the device; zero with <see cref="Engine.Requests.Durability.Process"/>.</summary>
    public long Flushed { get; init; }

    /// <summary>The kernel's boot at which the work file was written: at another one only <see cref="Flushed"/> counts.</summary>
    public required string BootId { get; init; }

    /// <summary>Where bytes begin that were not checked yet and so do not count; null where there are none.</summary>
    public long? UncheckedFrom { get; init; }

    /// <summary>The inode of the work file, which the rename keeps; null before <see cref="UploadPhase.Finishing"/> and where unknown.</summary>
    public string? FileId { get; init; }

    /// <summary>The name of the file: the wanted one, and once finished the one it has.</summary>
    public string? Name { get; init; }

    /// <summary>Whether <see cref="UploadReceiverOptions.Completed"/> returned.</summary>
    public bool Delivered { get; init; }

    /// <summary>When its last byte came.</summary>
    public required DateTimeOffset Touched { get; init; }
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadState))]
[JsonSerializable(typeof(UploadInfo))]
internal sealed partial class UploadJson : JsonSerializerContext;
