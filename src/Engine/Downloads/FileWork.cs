using System.Runtime.CompilerServices;
using Ferry.Engine.Errors;
using Ferry.Engine.Integrity;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>The I/O of a download to a file. Holds the part file, and its lock, from the first attempt until it is published or removed.</summary>
internal sealed class FileWork : ITransferWork
{
    private readonly TransferTools _tools;
    private readonly ValidatedRequest _request;
    private readonly FileDestination _destination;
    private readonly string _owner;
    private FileSink? _sink;
    private bool _allFlushed;

    public FileWork(TransferTools tools, ValidatedRequest request)
    {
        _tools = tools;
        _request = request;
        _destination = (FileDestination)request.Destination;
        _owner = request.Id.Value;
    }

    // What the part file is named after: the target, where its name is known from the start.
    private string Target => PartPaths.Stem(_destination, _request.Id);

    private bool Flushes => _destination.Durability is Durability.Power;

    public async Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken)
    {
        await OffTheCallersThread();
        try
        {
            if (!_destination.NameFromAnswer)
                CheckTarget(Target);
            _sink ??= Sink(PartFile.Open(Target, _owner));
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
                _sink = Sink(part);
            var length = _sink?.Part.Length ?? 0;
            if (_sink is null || _sink.Part.IsForeign || (identity.Length ?? length) != length)
                return new VerifyResult(null, null) { Restart = RestartReason.PartFileLost };
            var announced = Digests.Parse(identity.ReprDigest);
            var digest = _sink.DigestAsync(announced, length, cancellationToken);
            await FlushBesideAsync(digest, _sink);
            var found = await digest;
            if (Mismatch(announced, found) is { } wrong)
                return new VerifyResult(null, wrong);
            return new VerifyResult(Verified(identity, length, found, _sink.Part), null);
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

    public async Task DiscardAsync(ResourceIdentity? upload)
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

    private FileSink Sink(PartFile part) => new(part, _destination, identity =>
    {
        // The target's name is known only now; before the body, not after it, its owner hears that it is taken.
        if (_destination.NameFromAnswer)
            CheckTarget(TargetOf(identity));
    });

    private string TargetOf(ResourceIdentity identity) => PartPaths.Target(_destination, identity.FileName, _request.Source.Url);

    private void CheckTarget(string target)
    {
        var kind = FileId.KindOf(target);
        if (kind is FileId.Kind.Nothing || _destination.IfExists is ExistingTarget.Rename)
            return;
        if (kind is FileId.Kind.Directory)
            throw new TransferException(FileErrors.Local($"The target '{target}' is a directory: name a file in it.", ErrorStage.Writing));
        if (kind is FileId.Kind.Special)
            throw new TransferException(FileErrors.Local($"The target '{target}' is a pipe, a socket or a device: name a file.", ErrorStage.Writing));
        if (_destination.IfExists is ExistingTarget.Fail)
            throw new TransferException(FileErrors.TargetExists(target, ErrorStage.Writing));
        // The rename would replace the link and not what it leads to; but whoever put it there meant something else.
        if (_destination.NameFromAnswer && kind is FileId.Kind.Link)
            throw new TransferException(FileErrors.Local($"'{target}' is a link, not a file: remove it.", ErrorStage.Writing));
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

    private bool TellsSha256 => _destination.ComputeSha256 || _destination.ExpectedSha256 is not null;

    private Verified Verified(ResourceIdentity identity, long length, Digests found, PartFile part) => new(length, TellsSha256 ? found.Sha256Hex : null, TargetOf(identity))
    {
        FileId = part.Id?.InodeText,
        UnflushedSinceBoot = Flushes ? null : _tools.Settings.BootId,
    };

    // What the caller expects goes before what the server announced.
    private TransferError? Mismatch(Digests announced, Digests found)
    {
        if (_destination.ExpectedSha256 is not { } expected || expected.Equals(found.Sha256Hex, StringComparison.OrdinalIgnoreCase))
            return DigestErrors.Check(announced, found);
        return new TransferError(
            ErrorCode.InvalidAnswer, ErrorStage.Verifying, ErrorSide.Remote,
            $"The file's SHA-256 is {found.Sha256Hex}, not {expected.ToLowerInvariant()} as expected: nothing was kept.");
    }

    private async ValueTask CloseAsync()
    {
        if (_sink is not { } sink)
            return;
        _sink = null;
        await sink.DisposeAsync();
    }
}
