using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Protocol;

/// <summary>What a POST asks for: creation, creation-with-upload, creation-defer-length.</summary>
/// <param name="Length">The length of the upload in bytes, or null where it is told later.</param>
/// <param name="Metadata">Upload-Metadata as it came, to be echoed; empty where there is none.</param>
/// <param name="HasBody">Whether the body holds the first bytes of the upload.</param>
/// <param name="TellsOffset">Whether the answer tells Upload-Offset.</param>
/// <param name="Checksum">How the body is checked.</param>
internal sealed record CreationPlan(long? Length, string Metadata, bool HasBody, bool TellsOffset, ChecksumPlan Checksum)
{
    // What a service lets through in a header may be more than a record of an upload has room for.
    private const int LongestMetadata = 64 * 1024;

    /// <summary>Reads the header of a POST.</summary>
    /// <param name="headers">The header.</param>
    /// <param name="hasBody">Whether a body follows, as far as its framing tells.</param>
    /// <param name="maxSize">The largest upload in bytes, or null.</param>
    /// <exception cref="UploadRefusedException">400, 413 or 415.</exception>
    public static CreationPlan Read(IHeaderDictionary headers, bool hasBody, long? maxSize)
    {
        if (headers.ContainsKey(TusNames.Concat))
            throw Refused($"{TusNames.Concat} is not supported: send the upload as one.");
        var length = ReadLength(headers);
        if (length > maxSize)
            throw TooLarge(length.Value, maxSize.Value);
        var metadata = HeaderValues.Single(headers, TusNames.Metadata) ?? "";
        if (metadata.Length > LongestMetadata)
            throw Refused($"{TusNames.Metadata} has {metadata.Length} characters: send {LongestMetadata} at most.");
        _ = UploadMetadata.Parse(metadata);
        var isStream = HeaderValues.IsOffsetStream(headers.ContentType);
        if (hasBody && !isStream)
            throw WrongType();
        if (headers.ContentLength > (length ?? maxSize))
            throw PatchPlan.BeyondEnd(length ?? maxSize!.Value);
        return new CreationPlan(length, metadata, hasBody, isStream, ChecksumPlan.Read(headers));
    }

    /// <summary>The refusal of an upload that is larger than the receiver takes.</summary>
    public static UploadRefusedException TooLarge(long length, long maxSize) => new(
        StatusCodes.Status413PayloadTooLarge, $"{TusNames.Length} is {length}, and the largest upload here has {maxSize} bytes: send a smaller file.");

    /// <summary>The refusal of a body of another type.</summary>
    public static UploadRefusedException WrongType() =>
        new(StatusCodes.Status415UnsupportedMediaType, $"Content-Type is not {TusNames.MediaType}: send the bytes of the upload with that type.");

    private static long? ReadLength(IHeaderDictionary headers)
    {
        var length = HeaderValues.Bytes(headers, TusNames.Length);
        var defer = HeaderValues.Single(headers, TusNames.DeferLength);
        if (defer is not (null or "1"))
            throw Refused($"{TusNames.DeferLength} is not 1: send 1, or {TusNames.Length}.");
        if ((length is null) == (defer is null))
            throw Refused($"Exactly one of {TusNames.Length} and {TusNames.DeferLength} is needed: send the length in bytes, or {TusNames.DeferLength}: 1.");
        return length;
    }

    private static UploadRefusedException Refused(string message) => new(StatusCodes.Status400BadRequest, message);
}
