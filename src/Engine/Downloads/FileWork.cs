using System.Runtime.CompilerServices;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>The I/O of a download to a file. Holds the part file, and its lock, from the first attempt until it is published or removed.</summary>
internal sealed class FileWork : ITransferWork
{
    private readonly DownloadTools _tools;
    private readonly FileDestination _destination;
    private readonly string _owner;
    private FileSink? _sink;
    private bool _allFlushed;

    public FileWork(DownloadTools tools, ValidatedRequest request)
    {
        _tools = tools;
        _destination = (FileDestination)request.Destination;
        _owner = request.Id.Value;
    }

    private string Target => _destination.Path;

    private bool Flushes => _destination.Durability is Durability.Power;

    public async Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken)
    {
        await OffTheCallersThread();
        try
        {
            CheckTarget();
            _sink ??= new FileSink(PartFile.Open(Target, _owner), _destination);
            if (plan.From > 0 && (_sink.Part.Length < plan.From || _sink.Part.IsForeign))
                return new AttemptMustRestart(0, RestartReason.PartFileLost);
        }
        catch (TransferException e)
        {
            return new AttemptBroke(0, plan.From, 0, e.Error);
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            return new AttemptBroke(0, plan.From, 0, FileErrors.From(e, Target, ErrorStage.Writing));
        }
        var result = await new AttemptRunner(_tools, _sink, plan, listener).RunAsync(cancellationToken);
        _allFlushed = result is AttemptFinished && result.Flushed == result.Written;
        return result;
    }

    public async Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken)
    {
        await OffTheCallersThread();
        try
        {
            if (_sink is null && PartFile.OpenExisting(Target, _owner) is { } part)
                _sink = new FileSink(part, _destination);
            var length = _sink?.Part.Length ?? 0;
            if (_sink is null || _sink.Part.IsForeign || (identity.Length ?? length) != length)
                return new VerifyResult(null, null) { Restart = RestartReason.PartFileLost };
            var digest = _sink.DigestAsync(length, cancellationToken);
            await FlushBesideAsync(digest, _sink);
            var sha256 = await digest;
            if (_destination.ExpectedSha256 is { } expected && !expected.Equals(sha256, StringComparison.OrdinalIgnoreCase))
                return new VerifyResult(null, Mismatch(expected, sha256!));
            return new VerifyResult(Verified(length, sha256, _sink.Part), null);
        }
        catch (OperationCanceledException)
        {
            return new VerifyResult(null, null);
        }
        catch (TransferException e)
        {
            return new VerifyResult(null, e.Error with { BytesKept = identity.Length ?? 0 });
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            return new VerifyResult(null, FileErrors.From(e, Target, ErrorStage.Verifying) with { BytesKept = identity.Length ?? 0 });
        }
    }

    public async Task<PublishResult> PublishAsync(Verified verified)
    {
        await OffTheCallersThread();
        try
        {
            var part = _sink?.Part ?? PartFile.OpenExisting(Target, _owner);
            try
            {
                var unsafeSinceBoot = verified.UnflushedSinceBoot is { } boot && boot != _tools.Settings.BootId;
                return Publisher.Publish(_destination, verified, part, unsafeSinceBoot, FileNames.FlushDirectory);
            }
            finally
            {
                if (_sink is null)
                    part?.Dispose();
                await CloseAsync();
            }
        }
        catch (TransferException e)
        {
            return new PublishResult(null, default, e.Error);
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            return new PublishResult(null, default, FileErrors.From(e, Target, ErrorStage.Publishing));
        }
    }

    public async Task DiscardAsync()
    {
        await OffTheCallersThread();
        try
        {
            var part = _sink?.Part ?? PartFile.OpenExisting(Target, _owner);
            if (part?.IsForeign == false)
                part.Delete();
            if (_sink is null)
                part?.Dispose();
        }
        catch (Exception e) when (e is TransferException || FileErrors.IsFileFailure(e))
        {
            // Another transfer owns it, or the directory can no longer be written: what cannot be removed stays.
        }
        await CloseAsync();
    }

    public ValueTask DisposeAsync() => CloseAsync();

    // Opening, flushing and renaming block: not on the thread of an actor.
    private static ConfiguredTaskAwaitable OffTheCallersThread() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    private void CheckTarget()
    {
        var kind = FileId.KindOf(Target);
        if (kind is FileId.Kind.Nothing || _destination.IfExists is ExistingTarget.Rename)
            return;
        if (kind is FileId.Kind.Directory)
            throw new TransferException(FileErrors.Local($"The target '{Target}' is a directory: name a file in it.", ErrorStage.Writing));
        if (_destination.IfExists is ExistingTarget.Fail)
            throw new TransferException(FileErrors.TargetExists(Target, ErrorStage.Writing));
    }

    // Where the flush fails, the digest has to come to its end before the file is closed.
    private async Task FlushBesideAsync(Task digest, FileSink sink)
    {
        try
        {
            if (Flushes && !_allFlushed)
                sink.Flush();
        }
        catch
        {
            await digest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private Verified Verified(long length, string? sha256, PartFile part) => new(length, sha256, Target)
    {
        FileId = part.Id?.InodeText,
        UnflushedSinceBoot = Flushes ? null : _tools.Settings.BootId,
    };

    private static TransferError Mismatch(string expected, string found) => new(
        ErrorCode.InvalidAnswer, ErrorStage.Verifying, ErrorSide.Remote,
        $"The file's SHA-256 is {found}, not {expected.ToLowerInvariant()} as expected: nothing was kept.");

    private async ValueTask CloseAsync()
    {
        if (_sink is not { } sink)
            return;
        _sink = null;
        await sink.DisposeAsync();
    }
}
