using Ferry.AspNetCore.Protocol;
using Ferry.AspNetCore.Telemetry;
using Ferry.Engine.Downloads;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ferry.AspNetCore.Storage;

/// <summary>The uploads of one directory: makes them, finds them, locks them. Holds nothing in memory that a restart would lose.</summary>
internal sealed class UploadStore
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);
    private readonly UploadContext _context;
    private readonly UploadLocks _locks;

    /// <summary>Makes a store; nothing is touched yet: see <see cref="UploadPreparation"/>.</summary>
    /// <param name="options">The options, checked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="bootId">The kernel's boot id; empty where it is not known.</param>
    /// <param name="log">Where to log.</param>
    /// <param name="device">The device; null for the real one.</param>
    public UploadStore(UploadReceiverOptions options, TimeProvider time, string bootId, ILogger<UploadStore> log, Device? device = null)
    {
        _context = new UploadContext(options, new UploadPaths(options.Directory), time, bootId, log, device ?? new Device());
        _locks = new UploadLocks(time);
    }

    /// <summary>What the uploads share.</summary>
    public UploadContext Context => _context;

    /// <summary>Makes an upload, durable before this returns, and locks it.</summary>
    /// <param name="length">Its length in bytes, or null where it is told later.</param>
    /// <param name="metadata">Upload-Metadata as it came.</param>
    public HeldUpload Create(long? length, string metadata)
    {
        var id = UploadId.New();
        var hold = _locks.TryAcquire(id) ?? throw new InvalidOperationException("A new id of 128 random bits is held already.");
        try
        {
            var upload = UploadCreation.Create(_context, hold, length, metadata);
            UploadLog.Created(_context.Log, id, length);
            return upload;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Locks an upload for a request. A holder in this process is asked to stop; one in another process is waited for.</summary>
    /// <param name="id">What the client calls it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="UploadRefusedException">404, 410 or 423.</exception>
    public async Task<HeldUpload> AcquireAsync(string? id, CancellationToken cancellationToken)
    {
        if (!UploadId.IsValid(id))
            throw Unknown();
        var start = _context.Time.GetTimestamp();
        var hold = await _locks.AcquireAsync(id!, _context.Options.LockPatience, cancellationToken) ?? throw Locked();
        try
        {
            var record = await OpenRecordAsync(hold, start, cancellationToken);
            var upload = UploadOpening.Open(_context, hold, record) ?? throw Unknown();
            return upload.State.Phase is UploadPhase.Expired || IsDue(upload) ? throw Gone(upload) : upload;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Locks an upload if nobody has it or wants it; null otherwise.</summary>
    /// <param name="id">The upload.</param>
    public HeldUpload? TryAcquire(string id)
    {
        if (_locks.TryAcquire(id) is not { } hold)
            return null;
        try
        {
            if (UploadRecord.Open(_context.Paths.Record(id), _context.Device) is { } record && UploadOpening.Open(_context, hold, record) is { } upload)
                return upload;
        }
        catch (IOException e) when (LockOwner.IsConflict(e))
        {
            // Another process has it: it is looked at again at the next sweep.
        }
        catch
        {
            hold.Dispose();
            throw;
        }
        hold.Dispose();
        return null;
    }

    /// <summary>Ends a whole upload: gives it its name and tells the service, whatever of that is not done yet.</summary>
    /// <param name="upload">The upload, whole or not.</param>
    /// <param name="cancellationToken">Cancelled when the host stops.</param>
    /// <exception cref="UploadRefusedException">The service's Completed failed: 500. The upload stays finished.</exception>
    /// <exception cref="OperationCanceledException">The host stops. The upload stays finished, and the service is told later.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public Task FinishAsync(HeldUpload upload, CancellationToken cancellationToken)
    {
        Publish(upload);
        return DeliverAsync(upload, cancellationToken);
    }

    /// <summary>Gives a whole upload its name, if it has none yet.</summary>
    /// <param name="upload">The upload, whole or not.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Publish(HeldUpload upload)
    {
        if (upload is not { IsWhole: true, State.Phase: UploadPhase.Receiving or UploadPhase.Finishing })
            return;
        upload.FinishIfWhole();
        UploadMetrics.Finished.Add(1);
        UploadLog.Finished(_context.Log, upload.Id, upload.Offset);
    }

    /// <summary>Whether there is a service to tell of a finished upload, and it was not told.</summary>
    /// <param name="upload">The upload, finished or not.</param>
    public bool IsUntold(HeldUpload upload) => _context.Options.Completed is not null && upload.IsUntold;

    /// <summary>Tells the service of a finished upload, if it does not know of it.</summary>
    /// <param name="upload">The upload, finished or not.</param>
    /// <param name="cancellationToken">Cancelled when the host stops.</param>
    /// <exception cref="UploadRefusedException">The service's Completed failed: 500. The upload stays finished.</exception>
    /// <exception cref="OperationCanceledException">The host stops. The service is told later.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public async Task DeliverAsync(HeldUpload upload, CancellationToken cancellationToken)
    {
        if (!IsUntold(upload))
            return;
        try
        {
            await _context.Options.Completed!(upload.Received(), cancellationToken);
        }
        // The service's own code may throw anything; that it ends when the host stops is no failure.
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            UploadLog.NotDelivered(_context.Log, upload.Id, new LoggedFailure(e));
            throw new UploadRefusedException(
                StatusCodes.Status500InternalServerError, "The upload is here, and the service could not take it over: ask again later.");
        }
        upload.Told();
    }

    /// <summary>Expires an upload whose time is over.</summary>
    public void ExpireIfDue(HeldUpload upload)
    {
        if (!IsDue(upload))
            return;
        upload.Expire();
        UploadMetrics.Expired.Add(1);
        UploadLog.Expired(_context.Log, upload.Id);
    }

    private bool IsDue(HeldUpload upload) => upload is { IsWhole: false, ExpiresAt: { } end } && end <= _context.Time.GetUtcNow();

    private async Task<UploadRecord> OpenRecordAsync(UploadLocks.Hold hold, long start, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(hold.Stop, cancellationToken);
        while (true)
        {
            try
            {
                return UploadRecord.Open(_context.Paths.Record(hold.Id), _context.Device) ?? throw Unknown();
            }
            catch (IOException e) when (LockOwner.IsConflict(e))
            {
                if (hold.Stop.IsCancellationRequested || _context.Time.GetElapsedTime(start) >= _context.Options.LockPatience)
                    throw Locked();
            }
            await Task.Delay(LookAgain, _context.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private UploadRefusedException Gone(HeldUpload upload)
    {
        using (upload)
            ExpireIfDue(upload);
        return new UploadRefusedException(StatusCodes.Status410Gone, "The upload expired, nobody sent a byte for too long: start a new one.");
    }

    private static UploadRefusedException Unknown() =>
        new(StatusCodes.Status404NotFound, "There is no such upload: start a new one.");

    private static UploadRefusedException Locked() =>
        new(StatusCodes.Status423Locked, "Another request is writing to this upload: try again in a while.");
}
