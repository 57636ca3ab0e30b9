using Ferry.AspNetCore.Telemetry;
using Ferry.Engine.Downloads;
using Microsoft.Extensions.Hosting;

namespace Ferry.AspNetCore.Storage;

/// <summary>
/// Prepares the directory when the host starts, and then looks through it now and then; beside that the service is told of what it does not
/// know.
/// </summary>
internal sealed class UploadSweep(UploadStore store) : BackgroundService
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);

    // Making a record takes milliseconds; its maker may have been suspended, or have another clock.
    private static readonly TimeSpan LongestCreation = TimeSpan.FromHours(1);
    private readonly UploadContext _context = store.Context;
    private readonly UploadDelivery _delivery = new(store);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        UploadPreparation.Prepare(_context);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Looks at every upload that no request has: ends what a crash interrupted, expires what is due, forgets what is over. One that fails
    /// does not keep the others. The service is not called: see <see cref="UploadDelivery"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether there are finished uploads that the service is to be told of.</returns>
    public bool Sweep(CancellationToken cancellationToken)
    {
        var areUntold = false;
        try
        {
            foreach (var id in _context.Paths.RecordIds())
            {
                cancellationToken.ThrowIfCancellationRequested();
                areUntold |= LookAt(id);
            }
            RemoveOld();
            RemoveOrphans();
            Forget();
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            UploadLog.SweepFailed(_context.Log, new LoggedFailure(e));
        }
        return areUntold;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delivery = Task.CompletedTask;
        using var timer = new PeriodicTimer(Period(), _context.Time);
        try
        {
            do
            {
                // One at a time, and never waited for here: a Completed that hangs keeps no upload from expiring.
                if (Sweep(stoppingToken) && delivery.IsCompleted)
                {
                    await delivery;
                    delivery = _delivery.RunAsync(stoppingToken);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host ends; one that is disposed without being stopped first would call this a failure.
        }
        await delivery;
    }

    // Whether the service is to be told of it.
    private bool LookAt(string id)
    {
        try
        {
            using var upload = store.TryAcquire(id);
            if (upload is null)
                return false;
            store.ExpireIfDue(upload);
            store.Publish(upload);
            if (store.IsUntold(upload))
                return true;
            if (upload.State.Phase is UploadPhase.Finished or UploadPhase.Expired && _context.ForgottenAt(upload.State) <= _context.Time.GetUtcNow())
                upload.Remove();
        }
        // Whatever is thrown for one upload must not end the sweep, nor the host.
        catch (Exception e)
        {
            UploadLog.NotSwept(_context.Log, id, new LoggedFailure(e));
        }
        return false;
    }

    private void RemoveOld()
    {
        // A process that ended while it made a record told nobody of it.
        RemoveOlder(_context.Paths.NewIds().Select(_context.Paths.NewRecord), _context.Time.GetUtcNow() - LongestCreation);
        if (_context.DamagedKeptSince is { } since)
            RemoveOlder(_context.Paths.DamagedFiles(), since);
    }

    private static void RemoveOlder(IEnumerable<string> paths, DateTimeOffset than)
    {
        foreach (var path in paths.ToArray())
        {
            if (File.GetLastWriteTimeUtc(path) < than.UtcDateTime)
                File.Delete(path);
        }
    }

    // A record is made before its work file and removed after it, so that a work file without one is nobody's. A new record is looked for
    // first: meanwhile it may get its name.
    private void RemoveOrphans()
    {
        foreach (var id in _context.Paths.BytesIds().ToArray())
        {
            if (IsMissing(_context.Paths.NewRecord(id)) && IsMissing(_context.Paths.Record(id)))
                File.Delete(_context.Paths.Bytes(id));
        }
    }

    // File.Exists says no also where the disk fails or permission is missing, and bytes that were acknowledged would go.
    private static bool IsMissing(string path)
    {
        try
        {
            File.GetAttributes(path);
            return false;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
    }

    // What another process removed is no longer to be remembered here.
    private void Forget()
    {
        foreach (var id in _context.FlushedRecords.Keys.Where(id => !File.Exists(_context.Paths.Record(id))))
            _context.FlushedRecords.TryRemove(id, out _);
    }

    private TimeSpan Period()
    {
        var tenth = _context.Options.Expiration / 10;
        if (tenth <= TimeSpan.Zero || tenth > LongestPeriod)
            return LongestPeriod;
        return tenth < ShortestPeriod ? ShortestPeriod : tenth;
    }
}
