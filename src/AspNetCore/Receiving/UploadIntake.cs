using System.Buffers;
using Ferry.AspNetCore.Protocol;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Telemetry;
using Ferry.Engine.Downloads;

namespace Ferry.AspNetCore.Receiving;

/// <summary>Takes the body of one request into an upload, and then keeps it or takes it back.</summary>
internal sealed class UploadIntake : IAsyncDisposable
{
    private readonly HeldUpload _upload;
    private readonly long _start;
    private readonly ChecksumHasher? _hasher;
    private readonly CheckpointPacer _pacer;

    /// <summary>Makes one; nothing is written yet.</summary>
    /// <param name="context">The store's.</param>
    /// <param name="upload">The upload, locked.</param>
    /// <param name="checksum">How the body is checked.</param>
    public UploadIntake(UploadContext context, HeldUpload upload, ChecksumPlan checksum)
    {
        (_upload, _start) = (upload, upload.Offset);
        if (checksum.Checks)
            _hasher = new ChecksumHasher(checksum);
        _pacer = new CheckpointPacer(context, upload, checksum.Checks);
    }

    /// <summary>Writes the next bytes.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Append(in ReadOnlySequence<byte> data)
    {
        if (_hasher is not null && _upload.Offset == _start)
            _upload.MarkUnchecked();
        _upload.Append(data);
        UploadMetrics.Received.Add(data.Length);
        _hasher?.Append(data);
        _pacer.Written();
    }

    /// <summary>Checks the whole body.</summary>
    /// <param name="expected">The digest, or null where none was told.</param>
    public CheckResult Check(UploadChecksum? expected)
    {
        if (_hasher is null)
            return CheckResult.NotAsked;
        if (expected is null)
            return CheckResult.Missing;
        return _hasher.Matches(expected) ? CheckResult.Match : CheckResult.Mismatch;
    }

    /// <summary>What was written counts, as the durability promises; that of a whole upload once it is finished.</summary>
    /// <param name="isRefused">Whether the request is refused all the same, and so does not finish the upload.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public async Task KeepAsync(bool isRefused)
    {
        await SettleOrGoBackAsync(_pacer);
        // A whole upload is flushed and recorded as such right after this.
        if (_upload.Offset > _start && (isRefused || !_upload.IsWhole))
            _upload.Commit();
    }

    /// <summary>The upload goes back to where it was before the request, or before that to what is on the device where a flush failed.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public async Task DropAsync()
    {
        var flush = _pacer.SettleAsync();
        await flush.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A flush that failed may have lost bytes from before this request, too.
        _upload.RollBack(flush.IsCompletedSuccessfully ? _start : Math.Min(_start, _upload.State.Flushed));
    }

    /// <summary>Ends it; no flush is under way after that, however the body ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pacer.SettleAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _hasher?.Dispose();
    }

    // What a failed flush was to write may be lost, though the next flush succeeds.
    private async Task SettleOrGoBackAsync(CheckpointPacer pacer)
    {
        try
        {
            await pacer.SettleAsync();
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            _upload.RollBack(_upload.State.Flushed);
            throw;
        }
    }
}
