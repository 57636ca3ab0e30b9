using Ferry.AspNetCore.Protocol;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ferry.AspNetCore.Receiving;

/// <summary>The body of a POST or PATCH, from the first byte to what becomes of it.</summary>
internal static class BodyReceiver
{
    /// <summary>Receives a body. When this returns, all of it is in the upload and counts.</summary>
    /// <param name="http">The request.</param>
    /// <param name="context">The store's.</param>
    /// <param name="upload">The upload, locked.</param>
    /// <param name="checksum">How the body is checked.</param>
    /// <param name="room">How many bytes it may have, or null for any number.</param>
    /// <param name="stopping">Cancelled when the host stops.</param>
    /// <exception cref="UploadRefusedException">It did not come whole, or does not count.</exception>
    public static async Task ReceiveAsync(
        HttpContext http, UploadContext context, HeldUpload upload, ChecksumPlan checksum, long? room, CancellationToken stopping)
    {
        // The receiver's own limit holds, and is told as such.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = null;
        var limit = upload.Offset + room;
        await using var intake = new UploadIntake(context, upload, checksum);

        // 1. Read and write.
        var (end, error) = await BodyReading.ReadAsync(http.Request.BodyReader, intake, room, upload.Stop, stopping);
        if (end is BodyEnd.DiskFailed or BodyEnd.DiskFull)
            UploadLog.DiskFailed(context.Log, upload.Id, new LoggedFailure(error!));

        // 2. Decide, and keep or take back.
        var check = end is BodyEnd.Whole ? intake.Check(BodyReading.Expected(http.Request, checksum)) : CheckResult.NotAsked;
        var verdict = IntakeDecisions.After(end, checksum.Checks, check, limit);
        await (verdict.Keep ? intake.KeepAsync(verdict.Refusal is not null) : intake.DropAsync());
        UploadLog.Received(context.Log, upload.Id, upload.Offset, end.ToString());
        if (verdict.Refusal is { } refusal)
            throw refusal;
    }
}
