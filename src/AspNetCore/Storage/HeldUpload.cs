using System.Buffers;
using Ferry.AspNetCore.Protocol;
using Ferry.Engine.Downloads;

namespace Ferry.AspNetCore.Storage;

/// <summary>
/// An upload whose lock is held: its record, its work file, and what may be done to them. What is written to the record is flushed with
/// <see cref="Engine.Requests.Durability.Power"/>, and the bytes it speaks of before it.
/// </summary>
internal sealed class HeldUpload : IDisposable
{
    private readonly UploadContext _context;
    private readonly UploadLocks.Hold _hold;
    private readonly UploadRecord _record;
    private WorkFile? _work;
    private long? _announced;

    public HeldUpload(UploadContext context, UploadLocks.Hold hold, UploadRecord record, WorkFile? work, long offset)
    {
        (_context, _hold, _record, _work) = (context, hold, record, work);
        Offset = offset;
    }

    /// <summary>The id.</summary>
    public string Id => Info.Id;

    /// <summary>What the creation told.</summary>
    public UploadInfo Info => _record.Info!;

    /// <summary>What the record says.</summary>
    public UploadState State => _record.State!;

    /// <summary>Bytes from zero that are written. Not to be told before <see cref="Commit"/>.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether every byte is there.</summary>
    public bool IsWhole => Length == Offset;

    /// <summary>Whether the file has its name, though the record may not say so yet.</summary>
    public bool IsPublished =>
        State.Phase is UploadPhase.Finished || (State.Phase is UploadPhase.Finishing && UploadPublisher.IsPublished(_context, State, Id));

    /// <summary>Whether it is finished, and no service was told of it.</summary>
    public bool IsUntold => State is { Phase: UploadPhase.Finished, Delivered: false };

    /// <summary>The inode of the work file, or null where unknown.</summary>
    public string? Inode => _work?.Inode;

    /// <summary>When it expires, or null for never.</summary>
    public DateTimeOffset? ExpiresAt => _context.ExpiresAt(State);

    /// <summary>Cancelled when another request wants this upload.</summary>
    public CancellationToken Stop => _hold.Stop;

    private long? Length => State.Length ?? _announced;

    private long Durable => _context.Flushes ? Offset : 0;

    private bool IsRecordFlushed => _context.FlushedRecords.TryGetValue(Id, out var sequence) && sequence == _record.Sequence;

    private WorkFile Work => _work ?? throw new InvalidOperationException($"The upload {UploadId.Beginning(Id)} is {State.Phase} and has no work file.");

    /// <summary>Writes a state, and flushes it where the durability asks for it.</summary>
    public void Write(UploadState state)
    {
        _record.Write(state);
        if (!_context.Flushes)
            return;
        _record.Flush(_context.Device);
        _context.FlushedRecords[Id] = _record.Sequence;
    }

    /// <summary>Takes the length that came late. It is written with the bytes that came with it: where these do not count, it does not.</summary>
    /// <param name="length">The length in bytes.</param>
    public void Announce(long length) => _announced = length;

    /// <summary>Writes bytes at the end. A write that fails in the middle keeps what it wrote.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Append(in ReadOnlySequence<byte> data)
    {
        try
        {
            Work.Write(data, Offset);
            Offset += data.Length;
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            Offset = Math.Max(Offset, Work.Length);
            throw;
        }
    }

    /// <summary>From here on bytes are not checked yet: should the process end now, they do not count.</summary>
    public void MarkUnchecked() => Write(State with { UncheckedFrom = Offset });

    /// <summary>Bytes still come.</summary>
    public void Touch() => Write(State with { Touched = _context.Time.GetUtcNow() });

    /// <summary>Flushes some of what is written, beside further writes, so that a loss of power takes no more than what came since.</summary>
    /// <param name="upTo">Bytes from zero that are written.</param>
    public void Checkpoint(long upTo)
    {
        try
        {
            Work.Flush(_context.Device);
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            // The next flush may succeed without them: should the process end before they are taken back, they do not count.
            Write(State with { UncheckedFrom = State.Flushed });
            throw;
        }
        Write(State with { Flushed = upTo, Touched = _context.Time.GetUtcNow() });
    }

    /// <summary>Makes the offset one that may be told: everything written counts from now on, as the durability promises.</summary>
    /// <exception cref="IOException">The disk failed; the upload is back at the last byte that is known to be on it.</exception>
    public void Commit()
    {
        if (State.Phase is not UploadPhase.Receiving)
            return;
        if (_context.Flushes && State.Flushed < Offset)
            FlushOrGoBack();
        Write(State with { Length = Length, UncheckedFrom = null, Flushed = Durable, Touched = _context.Time.GetUtcNow() });
    }

    /// <summary>Makes sure that the offset may be told, without a write where it may be already.</summary>
    public void Settle()
    {
        if (State.Length != Length)
            Commit();
        if (!_context.Flushes)
            return;
        if (State.Phase is UploadPhase.Receiving && State.Flushed < Offset)
            Commit();
        // A flush that failed may have dropped what it could not write, and the next one would not say so: it is written anew.
        else if (!IsRecordFlushed)
            Write(State);
    }

    /// <summary>Takes bytes back that were not acknowledged.</summary>
    /// <param name="offset">Bytes from zero that stay.</param>
    public void RollBack(long offset)
    {
        if (State.Phase is not UploadPhase.Receiving || (Offset == offset && State.UncheckedFrom is null))
            return;
        // The record goes first: a file shorter than what it calls flushed would count as damaged.
        Write(State with { UncheckedFrom = offset, Flushed = Math.Min(State.Flushed, offset) });
        Work.Truncate(offset);
        Offset = offset;
        Write(State with { UncheckedFrom = null, Touched = _context.Time.GetUtcNow() });
    }

    /// <summary>Gives a whole upload its name, if it has none yet.</summary>
    /// <exception cref="IOException">The disk failed; the next request tries again.</exception>
    public void FinishIfWhole()
    {
        if (State.Phase is UploadPhase.Receiving && IsWhole)
        {
            if (_context.Flushes)
                FlushOrGoBack();
            var name = UploadNames.Wanted(Info);
            Write(State with
            {
                Phase = UploadPhase.Finishing,
                Length = Length,
                UncheckedFrom = null,
                Flushed = Durable,
                FileId = Inode,
                Name = name,
                Touched = _context.Time.GetUtcNow(),
            });
        }
        if (State.Phase is UploadPhase.Finishing)
            Named(UploadPublisher.Publish(_context, this));
    }

    /// <summary>What the service is told of a finished upload.</summary>
    public ReceivedUpload Received() =>
        new(Id, Path.Combine(_context.Paths.Finished, State.Name!), State.Length!.Value, UploadMetadata.Parse(Info.Metadata));

    /// <summary>The service knows of it.</summary>
    public void Told() => Write(State with { Delivered = true, Touched = _context.Time.GetUtcNow() });

    /// <summary>The file has this name, and is the service's from now on: a handle of ours would keep it from having the file to itself.</summary>
    public void Named(string name)
    {
        _work?.Dispose();
        _work = null;
        Write(State with { Phase = UploadPhase.Finished, Name = name, Touched = _context.Time.GetUtcNow() });
    }

    /// <summary>Removes the bytes of an upload that nobody goes on with; its client is told for a while.</summary>
    public void Expire()
    {
        // The record goes first: bytes that it calls flushed and that are gone would count as damaged.
        Write(State with { Phase = UploadPhase.Expired, Flushed = 0 });
        File.Delete(_context.Paths.Bytes(Id));
    }

    /// <summary>Removes all that is left of it but a finished file. The record goes last, so that no work file is without one.</summary>
    public void Remove()
    {
        try
        {
            if (State.Phase is UploadPhase.Receiving or UploadPhase.Finishing)
                Write(State with { Phase = UploadPhase.Expired, Flushed = 0 });
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            // A disk that fails or is full does not keep it from being removed.
        }
        File.Delete(_context.Paths.Bytes(Id));
        File.Delete(_context.Paths.Record(Id));
        _context.FlushedRecords.TryRemove(Id, out _);
        if (_context.Flushes)
            _context.Device.FlushDirectory(_context.Paths.Work);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _work?.Dispose();
        _record.Dispose();
        _hold.Dispose();
    }

    // After a flush that failed the kernel may have dropped what it could not write, and a later flush would not say so.
    private void FlushOrGoBack()
    {
        try
        {
            Work.Flush(_context.Device);
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            RollBack(State.Flushed);
            throw;
        }
    }
}
