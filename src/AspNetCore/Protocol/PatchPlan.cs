using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Protocol;

/// <summary>What a PATCH asks for.</summary>
/// <param name="Offset">Where its bytes belong.</param>
/// <param name="Length">The upload's length where this request tells it; null otherwise.</param>
/// <param name="ContentLength">How many bytes follow, or null where the framing does not tell.</param>
/// <param name="Checksum">How the body is checked.</param>
internal sealed record PatchPlan(long Offset, long? Length, long? ContentLength, ChecksumPlan Checksum)
{
    /// <summary>Reads the header of a PATCH.</summary>
    /// <exception cref="UploadRefusedException">400 or 415.</exception>
    public static PatchPlan Read(IHeaderDictionary headers)
    {
        if (!HeaderValues.IsOffsetStream(headers.ContentType))
            throw CreationPlan.WrongType();
        var offset = HeaderValues.Bytes(headers, TusNames.Offset)
            ?? throw Refused($"{TusNames.Offset} is missing: send the offset that HEAD tells.");
        return new PatchPlan(offset, HeaderValues.Bytes(headers, TusNames.Length), headers.ContentLength, ChecksumPlan.Read(headers));
    }

    /// <summary>Checks it against the upload.</summary>
    /// <param name="offset">The upload's offset.</param>
    /// <param name="length">The upload's length, or null where it is not known yet.</param>
    /// <param name="maxSize">The largest upload in bytes, or null.</param>
    /// <returns>How many bytes the body may have, or null for any number.</returns>
    /// <exception cref="UploadRefusedException">400, 409 or 413.</exception>
    public long? Check(long offset, long? length, long? maxSize)
    {
        if (Offset != offset)
            throw new UploadRefusedException(StatusCodes.Status409Conflict, $"{TusNames.Offset} is {Offset}, and the upload stands at {offset}: go on from there.");
        if (Length is { } told)
            CheckLength(told, offset, length, maxSize);
        var end = length ?? Length ?? maxSize;
        if (ContentLength > end - offset)
            throw BeyondEnd(end!.Value);
        return end - offset;
    }

    /// <summary>The refusal of bytes beyond the end.</summary>
    /// <param name="end">The upload's length, or the largest length where it is not known.</param>
    public static UploadRefusedException BeyondEnd(long end) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body goes beyond byte {end}, the end of the upload: send no more than is left. Nothing of it was kept.");

    private static void CheckLength(long told, long offset, long? length, long? maxSize)
    {
        if (length is { } known && known != told)
            throw Refused($"{TusNames.Length} is {told}, and it was set to {known} before: it cannot be changed.");
        if (told > maxSize)
            throw CreationPlan.TooLarge(told, maxSize.Value);
        if (told < offset)
            throw Refused($"{TusNames.Length} is {told}, and {offset} bytes are here already: send the length of the whole upload.");
    }

    private static UploadRefusedException Refused(string message) => new(StatusCodes.Status400BadRequest, message);
}
