using System.Globalization;
using Ferry.AspNetCore.Protocol;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Telemetry;
using Ferry.Engine.Downloads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Ferry.AspNetCore.Receiving;

/// <summary>Answers the requests of tus 1.0.0.</summary>
internal sealed class UploadHandler(UploadStore store, IHostApplicationLifetime lifetime)
{
    /// <summary>The route value that holds the id.</summary>
    public const string IdName = "ferryUploadId";

    private readonly UploadContext _context = store.Context;

    /// <summary>A request to the URL that makes uploads.</summary>
    public Task CollectionAsync(HttpContext http) => GuardedAsync(http, UploadMethods.OfCollection, method => method switch
    {
        "POST" => CreateAsync(http),
        _ => throw NotKnown(method, UploadMethods.OfCollection),
    });

    /// <summary>A request to the URL of an upload.</summary>
    public Task UploadAsync(HttpContext http) => GuardedAsync(http, UploadMethods.OfUpload, method => method switch
    {
        "HEAD" => HeadAsync(http),
        "PATCH" => PatchAsync(http),
        "DELETE" => DeleteAsync(http),
        _ => throw NotKnown(method, UploadMethods.OfUpload),
    });

    private async Task GuardedAsync(HttpContext http, string allowed, Func<string, Task> answer)
    {
        http.Response.Headers[TusNames.Resumable] = TusNames.Version;
        try
        {
            var method = UploadMethods.Effective(http.Request.Method, http.Request.Headers);
            if (method == "OPTIONS")
            {
                AnswerOptions(http.Response);
                return;
            }
            UploadMethods.CheckVersion(http.Request.Headers);
            await answer(method);
        }
        catch (UploadRefusedException e)
        {
            await RefusedAsync(http, e, allowed);
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            UploadLog.DiskFailed(_context.Log, http.GetRouteValue(IdName) as string, new LoggedFailure(e));
            await RefusedAsync(http, FailedDisk(e), allowed);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left while it waited: there is nobody to answer.
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await RefusedAsync(http, Stopping(), allowed);
        }
    }

    private void AnswerOptions(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers[TusNames.Versions] = TusNames.Version;
        response.Headers[TusNames.Extension] = TusNames.Extensions;
        response.Headers[TusNames.ChecksumAlgorithm] = UploadChecksum.Algorithms;
        if (_context.Options.MaxSize is { } size)
            response.Headers[TusNames.MaxSize] = Number(size);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var (request, response) = (http.Request, http.Response);
        var hasBody = request.ContentLength > 0 || (request.ContentLength is null && http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true);
        var plan = CreationPlan.Read(request.Headers, hasBody, _context.Options.MaxSize);
        using var upload = store.Create(plan.Length, plan.Metadata);
        try
        {
            if (plan.HasBody)
                await BodyReceiver.ReceiveAsync(http, _context, upload, plan.Checksum, plan.Length ?? _context.Options.MaxSize, lifetime.ApplicationStopping);
        }
        catch
        {
            // Its client was never told its URL and cannot go on with it.
            upload.Remove();
            throw;
        }
        var isDelivered = await TryFinishAsync(upload);
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = request.PathBase.Add(request.Path).ToUriComponent().TrimEnd('/') + "/" + upload.Id;
        if (plan.TellsOffset && isDelivered)
            TellOffset(response, upload);
        TellExpiry(response, upload);
    }

    // A file that has its name is the service's to take over, now or later: its client is told the URL, lest it sends another one.
    private async Task<bool> TryFinishAsync(HeldUpload upload)
    {
        try
        {
            await FinishAsync(upload);
            return true;
        }
        catch (Exception e)
        {
            if (!upload.IsPublished)
                upload.Remove();
            else if (e is UploadRefusedException or OperationCanceledException || FileErrors.IsFileFailure(e))
                return false;
            throw;
        }
    }

    private async Task HeadAsync(HttpContext http)
    {
        var response = http.Response;
        response.Headers.CacheControl = "no-store";
        using var upload = await AcquireAsync(http);
        await FinishAsync(upload);
        upload.Settle();
        response.StatusCode = StatusCodes.Status200OK;
        TellOffset(response, upload);
        TellExpiry(response, upload);
        if (upload.State.Length is { } length)
            response.Headers[TusNames.Length] = Number(length);
        else
            response.Headers[TusNames.DeferLength] = "1";
        if (upload.Info.Metadata.Length > 0)
            response.Headers[TusNames.Metadata] = upload.Info.Metadata;
    }

    private async Task PatchAsync(HttpContext http)
    {
        var plan = PatchPlan.Read(http.Request.Headers);
        using var upload = await AcquireAsync(http);
        var room = plan.Check(upload.Offset, upload.State.Length, _context.Options.MaxSize);
        if (plan.Length is { } length && upload.State.Length is null)
            upload.Announce(length);
        await BodyReceiver.ReceiveAsync(http, _context, upload, plan.Checksum, room, lifetime.ApplicationStopping);
        await FinishAsync(upload);
        upload.Settle();
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        TellOffset(http.Response, upload);
        TellExpiry(http.Response, upload);
    }

    private async Task DeleteAsync(HttpContext http)
    {
        using var upload = await AcquireAsync(http);
        // A file that has its name is the service's, which has to know of it before the record goes.
        if (upload.State.Phase is not UploadPhase.Receiving)
            await FinishAsync(upload);
        upload.Remove();
        UploadLog.Terminated(_context.Log, upload.Id);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task<HeldUpload> AcquireAsync(HttpContext http) => store.AcquireAsync(http.GetRouteValue(IdName) as string, http.RequestAborted);

    private Task FinishAsync(HeldUpload upload) => store.FinishAsync(upload, lifetime.ApplicationStopping);

    private static void TellOffset(HttpResponse response, HeldUpload upload) => response.Headers[TusNames.Offset] = Number(upload.Offset);

    private static void TellExpiry(HttpResponse response, HeldUpload upload)
    {
        if (upload.ExpiresAt is { } end)
            response.Headers[TusNames.Expires] = end.ToString("R", CultureInfo.InvariantCulture);
    }

    private static async Task RefusedAsync(HttpContext http, UploadRefusedException refusal, string allowed)
    {
        var response = http.Response;
        if (http.RequestAborted.IsCancellationRequested || response.HasStarted)
            return;
        response.StatusCode = refusal.Status;
        if (refusal.Status == StatusCodes.Status412PreconditionFailed)
            response.Headers[TusNames.Versions] = TusNames.Version;
        if (refusal.Status == StatusCodes.Status405MethodNotAllowed)
            response.Headers.Allow = allowed;
        if (refusal.Status == IntakeDecisions.ChecksumMismatch && http.Features.Get<IHttpResponseFeature>() is { } feature)
            feature.ReasonPhrase = "Checksum Mismatch";
        if (HttpMethods.IsHead(http.Request.Method))
            return;
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync(refusal.Message, http.RequestAborted);
    }

    private static UploadRefusedException NotKnown(string method, string allowed) =>
        new(StatusCodes.Status405MethodNotAllowed, $"{method} is not known here: use {allowed}.");

    private static UploadRefusedException Stopping() =>
        new(StatusCodes.Status503ServiceUnavailable, "The receiver stops, and the upload is here: ask again later.");

    private static UploadRefusedException FailedDisk(Exception thrown) => FileErrors.IsDiskFull(thrown)
        ? new UploadRefusedException(StatusCodes.Status507InsufficientStorage, "The receiver's disk is full: what was acknowledged is kept, try again later.")
        : new UploadRefusedException(StatusCodes.Status500InternalServerError, "The receiver's disk failed: what was acknowledged is kept, try again later.");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
