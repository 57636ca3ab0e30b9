using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Bodies;

/// <summary>The body of one request as it is sent. Files and streams flow through a bounded buffer; none is read whole into memory.</summary>
public abstract class RequestBody
{
    /// <summary>The most bytes written at once; also the most of a file or a stream that is in memory.</summary>
    public const int BufferBytes = 256 * 1024;

    /// <summary>Its length in bytes, or null where it is not known: it is sent chunked then.</summary>
    public abstract long? Length { get; }

    /// <summary>The content-type it must be sent with, since it says how to read it; null where the request's own holds.</summary>
    public virtual string? ContentType => null;

    /// <summary>Whether it can be sent again, for a retry or a redirect.</summary>
    public virtual bool CanBeSentAgain => true;

    /// <summary>The body of a request, or null where it has none. Files are looked at, and opened only when they are sent.</summary>
    /// <param name="options">Options that passed validation.</param>
    /// <exception cref="TransferException">
    /// <see cref="ErrorCode.LocalReadFailed"/> where a file cannot be read, <see cref="ErrorCode.BodyCannotBeSentAgain"/> where a stream was read
    /// before.
    /// </exception>
    public static RequestBody? Of(RequestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!MethodRules.HasBody(options))
            return null;
        return options.MultiFormData.Count > 0 ? MultipartBody.Of(options) : Of(options.ExtraData!);
    }

    /// <summary>Writes it, in pieces of at most <see cref="BufferBytes"/>.</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellationToken">Ends it at once, also while a file or a stream has nothing to give.</param>
    /// <exception cref="TransferException">A file or a stream could not be read to its announced end.</exception>
    public abstract ValueTask WriteToAsync(Stream target, CancellationToken cancellationToken);

    internal static RequestBody Of(RequestData data) => data switch
    {
        TextData text => new MemoryBody(Encoding.UTF8.GetBytes(text.Text)),
        JsonData json => new MemoryBody(Encoding.UTF8.GetBytes(json.Json)),
        BytesData bytes => new MemoryBody(bytes.Bytes),
        FileData file => new FileBody(file.Path),
        StreamData stream => new StreamBody(stream),
        _ => throw new ArgumentOutOfRangeException(nameof(data), data, "There is no body of this kind of data."),
    };

    /// <summary>A failure at a file or stream that is sent.</summary>
    internal static TransferException ReadFailed(string message, Exception? inner = null) =>
        new(new TransferError(ErrorCode.LocalReadFailed, ErrorStage.Sending, ErrorSide.Local, message), inner);
}
