using Ferry.AspNetCore.Protocol;
using Ferry.AspNetCore.Telemetry;
using Ferry.Engine.Downloads;

namespace Ferry.AspNetCore.Storage;

/// <summary>
/// Tells the service of the uploads it does not know of: those whose Completed failed, or was never called since a process ended. The records
/// are its queue, so that it holds none in memory.
/// </summary>
internal sealed class UploadDelivery(UploadStore store)
{
    private readonly UploadContext _context = store.Context;

    /// <summary>
    /// Tells of every upload that no request has, one after the other; one that fails does not keep the others. Under its lock an upload is told
    /// once, whatever runs beside this.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the host stops; ends it without a failure.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // The service's code may block its thread before it returns its task; that thread is not to be the sweep's.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            foreach (var id in _context.Paths.RecordIds())
            {
                if (cancellationToken.IsCancellationRequested)
                    return;
                await DeliverAsync(id, cancellationToken);
            }
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            UploadLog.SweepFailed(_context.Log, new LoggedFailure(e));
        }
    }

    private async Task DeliverAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            using var upload = store.TryAcquire(id);
            if (upload is not null)
                await store.DeliverAsync(upload, cancellationToken);
        }
        catch (UploadRefusedException)
        {
            // What the service threw is in the log.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It is told at the next start.
        }
        catch (Exception e)
        {
            UploadLog.NotSwept(_context.Log, id, new LoggedFailure(e));
        }
    }
}
