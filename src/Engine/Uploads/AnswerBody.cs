using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;

namespace Ferry.Engine.Uploads;

/// <summary>The answer to an upload that was taken: its body, as far as it came.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Warning">Why they are not all, or null.</param>
internal readonly record struct AnswerBody(ReadOnlyMemory<byte> Bytes, string? Warning)
{
    /// <summary>Reads it. The upload was taken, whatever becomes of this: that it breaks off, is too long, or is not waited for is a warning.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="most">The most bytes of it that are kept.</param>
    /// <param name="cancellationToken">Ends it, with what came.</param>
    public static async Task<AnswerBody> ReadAsync(HttpAnswer answer, long most, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[RequestBody.BufferBytes];
        try
        {
            Open(answer);
            int count;
            while ((count = await answer.ReadAsync(buffer, cancellationToken)) > 0)
            {
                var room = most - kept.Length;
                kept.Write(buffer, 0, (int)Math.Min(count, room));
                if (count > room)
                    return new AnswerBody(kept.ToArray(), $"The server's answer is longer than maxLimit, {most} bytes: the rest of it was not read.");
            }
            return new AnswerBody(kept.ToArray(), null);
        }
        catch (OperationCanceledException)
        {
            return new AnswerBody(kept.ToArray(), "The server took the upload, and the transfer was stopped while its answer was read: the rest of it is lost.");
        }
        catch (TransferException e)
        {
            return new AnswerBody(kept.ToArray(), $"The server took the upload, and its answer broke off: {e.Error.Message}");
        }
    }

    private static void Open(HttpAnswer answer)
    {
        var identity = AnswerIdentity.Of(answer.Head);
        if (identity.ContentCoding is { } coding && !ContentDecoder.CanDecode(coding))
            throw new TransferException(RangeResponse.UnknownCoding(coding));
        answer.Open(new AcceptFrom(0, identity.ContentCoding is null ? answer.ContentLength : null, EndsWhole: true, identity));
    }
}
