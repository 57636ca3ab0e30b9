using System.Text.Json.Serialization;

namespace Ferry.Engine.Requests;

/// <summary>What happens when the target of a download exists already.</summary>
public enum ExistingTarget
{
    /// <summary>The transfer fails with <see cref="Errors.ErrorCode.LocalWriteFailed"/>.</summary>
    Fail,

    /// <summary>The target is replaced, atomically, once the new file is whole.</summary>
    Replace,

    /// <summary>The new file gets a free name: <c>name (1).ext</c>, <c>name (2).ext</c>, ...</summary>
    Rename,
}

/// <summary>What a finished download and its checkpoints survive.</summary>
public enum Durability
{
    /// <summary>Power loss: part file, directory and journal are flushed to the device.</summary>
    Power,

    /// <summary>The end of the process (SIGKILL): nothing is flushed.</summary>
    Process,
}

/// <summary>Where the answer's body goes.</summary>
[JsonDerivedType(typeof(MemoryDestination), "memory")]
[JsonDerivedType(typeof(ChunkDestination), "chunks")]
[JsonDerivedType(typeof(FileDestination), "file")]
public abstract record Destination
{
    /// <summary>Whether a transfer to here is journaled and goes on after a restart.</summary>
    [JsonIgnore]
    public abstract bool IsDurable { get; }
}

/// <summary>The whole body is held in memory, up to <see cref="RequestOptions.MaxLimit"/>, and comes with the completed event.</summary>
public sealed record MemoryDestination : Destination
{
    /// <inheritdoc/>
    public override bool IsDurable => false;
}

/// <summary>The body goes in chunks to subscribers, as fast as they grant credits; nothing is kept.</summary>
public sealed record ChunkDestination : Destination
{
    /// <inheritdoc/>
    public override bool IsDurable => false;
}

/// <summary>The body goes to a file: durable and resumable.</summary>
/// <param name="Path">The target's path, or with <see cref="NameFromAnswer"/> its directory; made absolute when the request is validated.</param>
public sealed record FileDestination(string Path) : Destination
{
    /// <inheritdoc/>
    public override bool IsDurable => true;

    /// <summary>
    /// Whether <see cref="Path"/> names a directory, and the file in it gets the name the server gives in Content-Disposition, made safe
    /// (spec/http.md rule 38), or else the one the URL ends in.
    /// </summary>
    public bool NameFromAnswer { get; init; }

    /// <summary>What to do when the target exists.</summary>
    public ExistingTarget IfExists { get; init; } = ExistingTarget.Fail;

    /// <summary>What checkpoints and the finished file survive.</summary>
    public Durability Durability { get; init; } = Durability.Power;

    /// <summary>Whether to compute the SHA-256 of the file; implied by <see cref="ExpectedSha256"/>.</summary>
    public bool ComputeSha256 { get; init; }

    /// <summary>The SHA-256 the file must have, in 64 hexadecimal digits; a mismatch fails the transfer and keeps nothing.</summary>
    public string? ExpectedSha256 { get; init; }
}
