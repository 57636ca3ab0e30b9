using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ferry.Engine.Requests;

/// <summary>
/// The data of a request (extraData, spec/requests.md section 1): the body of a POST, PUT or PATCH; with any other method a text or an object is
/// appended to the URL's query.
/// </summary>
[JsonDerivedType(typeof(TextData), "text")]
[JsonDerivedType(typeof(JsonData), "json")]
[JsonDerivedType(typeof(BytesData), "bytes")]
[JsonDerivedType(typeof(FileData), "file")]
public abstract record RequestData
{
    /// <summary>An object as JSON.</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    /// <param name="value">The object.</param>
    /// <param name="options">How it is written; null for the defaults of <see cref="JsonSerializer"/>.</param>
    public static JsonData FromObject<T>(T value, JsonSerializerOptions? options = null) => new(JsonSerializer.Serialize(value, options));
}

/// <summary>A text: as a body in UTF-8; in a query as it is, for it is taken as already encoded.</summary>
/// <param name="Text">The text.</param>
public sealed record TextData(string Text) : RequestData;

/// <summary>An object: as a body its JSON; in a query its members, percent-encoded.</summary>
/// <param name="Json">The object as JSON text.</param>
public sealed record JsonData(string Json) : RequestData;

/// <summary>Bytes, sent as they are; never part of a query. Two are the same when their bytes are.</summary>
/// <param name="Bytes">The bytes; not to be changed while the request lives.</param>
public sealed record BytesData(byte[] Bytes) : RequestData
{
    /// <summary>Compares the bytes.</summary>
    /// <param name="other">The other data.</param>
    public bool Equals(BytesData? other) => other is not null && Bytes.AsSpan().SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }
}

/// <summary>A file's content, streamed; never read whole into memory.</summary>
/// <param name="Path">The file's path.</param>
public sealed record FileData(string Path) : RequestData;

/// <summary>
/// A stream, read once from where it stands and never whole into memory. It is not durable, and where a retry or a redirect would need it again
/// the transfer fails with <see cref="Errors.ErrorCode.BodyCannotBeSentAgain"/>. The caller disposes it after the end of the transfer.
/// </summary>
/// <param name="Content">The stream.</param>
/// <param name="Length">How many bytes of it are sent, where known; one that ends before fails the transfer. Null sends it chunked, to its end.</param>
public sealed record StreamData([property: JsonIgnore] Stream Content, long? Length = null) : RequestData
{
    private int _taken;

    /// <summary>Whether its bytes were asked for already, so that they cannot be sent any more.</summary>
    internal bool IsTaken => Volatile.Read(ref _taken) != 0;

    /// <summary>Takes its bytes; false where they were taken before.</summary>
    internal bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <summary>Compares the streams themselves, not what they give.</summary>
    /// <param name="other">The other data.</param>
    public bool Equals(StreamData? other) => other is not null && ReferenceEquals(Content, other.Content) && Length == other.Length;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Content, Length);
}
