using Microsoft.Extensions.Logging;

namespace Ferry.AspNetCore.Telemetry;

/// <summary>What the receiver logs. Each line has the beginning of the upload's id, none the whole; none has metadata, which may be anything.</summary>
internal static partial class UploadLog
{
    [LoggerMessage(1, LogLevel.Information, "Upload {UploadId} was created, {Length} bytes.")]
    public static partial void Created(ILogger logger, LoggedId uploadId, long? length);

    [LoggerMessage(2, LogLevel.Debug, "Upload {UploadId} stands at {Offset} after a request that ended {End}.")]
    public static partial void Received(ILogger logger, LoggedId uploadId, long offset, string end);

    [LoggerMessage(3, LogLevel.Information, "Upload {UploadId} is finished, {Length} bytes.")]
    public static partial void Finished(ILogger logger, LoggedId uploadId, long length);

    [LoggerMessage(4, LogLevel.Information, "Upload {UploadId} was removed by its client.")]
    public static partial void Terminated(ILogger logger, LoggedId uploadId);

    [LoggerMessage(5, LogLevel.Information, "Upload {UploadId} expired; its bytes are removed.")]
    public static partial void Expired(ILogger logger, LoggedId uploadId);

    [LoggerMessage(6, LogLevel.Error, "Upload {UploadId} is lost: {Promised} bytes were acknowledged, and its work file has {Length}. Something else changed the files; what is left of them is set aside as *.damaged.")]
    public static partial void Damaged(ILogger logger, LoggedId uploadId, long promised, long? length);

    [LoggerMessage(7, LogLevel.Error, "Upload {UploadId}: the disk failed.")]
    public static partial void DiskFailed(ILogger logger, LoggedId uploadId, LoggedFailure exception);

    [LoggerMessage(8, LogLevel.Error, "Upload {UploadId} is finished, and the service's Completed failed; it is called again when the client asks or at the next sweep.")]
    public static partial void NotDelivered(ILogger logger, LoggedId uploadId, LoggedFailure exception);

    [LoggerMessage(9, LogLevel.Warning, "Upload {UploadId} could not be looked at; the next sweep tries again.")]
    public static partial void NotSwept(ILogger logger, LoggedId uploadId, LoggedFailure exception);

    [LoggerMessage(10, LogLevel.Warning, "Upload {UploadId} could not be removed; a sweep does it later.")]
    public static partial void NotRemoved(ILogger logger, LoggedId uploadId, LoggedFailure exception);

    [LoggerMessage(11, LogLevel.Warning, "The directory of uploads could not be looked through; the next sweep tries again.")]
    public static partial void SweepFailed(ILogger logger, LoggedFailure exception);

    [LoggerMessage(12, LogLevel.Warning, "The record of upload {UploadId} cannot be read: {Reason}. It and the bytes of the upload are set aside as *.damaged.")]
    public static partial void Unreadable(ILogger logger, LoggedId uploadId, string reason);

    [LoggerMessage(13, LogLevel.Warning, "Upload {UploadId} has its id as its name: the file system took none like the wanted one ({Reason}).")]
    public static partial void NameRefused(ILogger logger, LoggedId uploadId, string reason);
}
