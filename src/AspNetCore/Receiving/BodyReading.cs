using System.IO.Pipelines;
using Ferry.AspNetCore.Protocol;
using Ferry.Engine.Downloads;
using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Receiving;

/// <summary>How the reading of a body ended.</summary>
/// <param name="End">How.</param>
/// <param name="Error">What the disk threw, where it failed.</param>
internal readonly record struct BodyReadEnd(BodyEnd End, Exception? Error = null);

/// <summary>Reads a body from the socket's buffers into an upload; no more than these buffers are held in memory.</summary>
internal static class BodyReading
{
    /// <summary>Reads to the end of the body, or as far as it goes.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="intake">Where its bytes go.</param>
    /// <param name="room">How many bytes it may have, or null for any number.</param>
    /// <param name="taken">Ends the reading: another request wants the upload.</param>
    /// <param name="stopping">Ends the reading: the host stops.</param>
    public static async Task<BodyReadEnd> ReadAsync(
        PipeReader reader, UploadIntake intake, long? room, CancellationToken taken, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(taken, stopping);
        var left = room ?? long.MaxValue;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await reader.ReadAsync(stop.Token);
            }
            catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
            {
                return new BodyReadEnd(BodyEnd.Stalled);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                if (e is not OperationCanceledException || !stop.IsCancellationRequested)
                    return new BodyReadEnd(BodyEnd.Broken);
                return new BodyReadEnd(taken.IsCancellationRequested ? BodyEnd.Interrupted : BodyEnd.Stopping);
            }
            var data = result.Buffer;
            left -= data.Length;
            try
            {
                if (left < 0)
                    return new BodyReadEnd(BodyEnd.TooLong);
                if (!data.IsEmpty)
                    intake.Append(data);
            }
            catch (Exception e) when (FileErrors.IsFileFailure(e))
            {
                return new BodyReadEnd(FileErrors.IsDiskFull(e) ? BodyEnd.DiskFull : BodyEnd.DiskFailed, e);
            }
            finally
            {
                reader.AdvanceTo(data.End);
            }
            if (result.IsCompleted)
                return new BodyReadEnd(BodyEnd.Whole);
        }
    }

    /// <summary>The digest that a body is checked against, once all of it came; null where none came or it cannot be read.</summary>
    /// <param name="request">The request.</param>
    /// <param name="plan">How the body is checked.</param>
    public static UploadChecksum? Expected(HttpRequest request, ChecksumPlan plan)
    {
        if (plan.Kind is not ChecksumKind.Trailer || !request.SupportsTrailers() || !request.CheckTrailersAvailable())
            return plan.Expected;
        try
        {
            return request.GetTrailer(TusNames.Checksum) is { Count: 1 } field ? UploadChecksum.Parse(field[0]!.Trim()) : null;
        }
        catch (UploadRefusedException)
        {
            // It is as good as none: the body cannot be checked, and the answer says so.
            return null;
        }
    }
}
