using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Uploads;

/// <summary>The I/O of an upload.</summary>
internal sealed class UploadWork(TransferTools tools, ValidatedRequest request) : ITransferWork
{
    // Whoever cancelled waits for this.
    private static readonly TimeSpan PatienceToTerminate = TimeSpan.FromSeconds(3);

    private StreamSource? _stream;
    private CreatedUpload? _fresh;
    private ReadOnlyMemory<byte> _answer;

    private bool IsTus => request.Upload!.Protocol is UploadProtocol.Tus;

    public async Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken)
    {
        // Files are looked at, which blocks: not on the thread of an actor.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        IUploadSender? sender = null;
        try
        {
            sender = IsTus ? new TusSender(tools, plan, listener, await SourceAsync(cancellationToken)) { Fresh = _fresh } : new PlainSender(tools, plan, listener);
            var result = plan.Identity is { } identity
                ? await sender.SendAsync(identity, cancellationToken)
                : await sender.PrepareAsync(cancellationToken);
            return result with { Sent = sender.Sent, NothingSent = !sender.HasBegun };
        }
        catch (Exception e) when (e is OperationCanceledException || (e is TransferException && cancellationToken.IsCancellationRequested))
        {
            return new AttemptStopped(0, Kept(sender, plan), Kept(sender, plan)) { Sent = sender?.Sent ?? 0, NothingSent = sender?.HasBegun != true };
        }
        catch (TransferException e)
        {
            return Broke(e.Error, plan, sender);
        }
        finally
        {
            _fresh = (sender as TusSender)?.Fresh;
            _answer = (sender as PlainSender)?.Answer.Bytes ?? _answer;
        }
    }

    public Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken) =>
        Task.FromResult(new VerifyResult(new Verified(identity?.Length ?? 0, null, null), null));

    public Task<PublishResult> PublishAsync(Verified verified) => Task.FromResult(new PublishResult(null, _answer, null));

    /// <summary>Has a tus server forget what it has (tus 1.0.0, termination), where it can; where not, the upload expires there.</summary>
    /// <param name="upload">The upload.</param>
    public async Task DiscardAsync(ResourceIdentity? upload)
    {
        if (upload?.Upload is not { CanContinue: true } || UrlText.TryParse(upload.FinalUrl) is not { } url)
            return;
        using var patience = new CancellationTokenSource(PatienceToTerminate, tools.Time);
        try
        {
            var calls = new UploadCalls(tools, new AttemptPlan(0, request, 0, upload, Precondition.None) { RetryLeft = true }, Silent.Instance);
            await using var answer = await calls.AskAsync("DELETE", url, [TusFields.Resumable], patience.Token);
        }
        catch (Exception e) when (e is TransferException or OperationCanceledException)
        {
            // The server cannot be reached, or does not answer: it drops the upload on its own when it expires.
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A stream goes on where it stands; a file is looked at anew.
    private async ValueTask<UploadSource> SourceAsync(CancellationToken cancellationToken)
    {
        var source = _stream ?? await UploadSource.OfAsync(request.Options, tools.Time, cancellationToken);
        _stream = source as StreamSource;
        return source;
    }

    private AttemptBroke Broke(TransferError error, AttemptPlan plan, IUploadSender? sender) => new(0, Kept(sender, plan), Kept(sender, plan), error)
    {
        Sent = sender?.Sent ?? 0,
        NothingSent = sender?.HasBegun != true,
        BytesAreWrong = error.Code is ErrorCode.LocalReadFailed && HasChanged(plan),
    };

    // What the server has of a file that changed under way is worth nothing.
    private bool HasChanged(AttemptPlan plan)
    {
        try
        {
            return plan.Identity is { } known && UploadFiles.Changed(request.Options, known.Upload?.Source) is not null;
        }
        catch (TransferException)
        {
            return false;
        }
    }

    private static long Kept(IUploadSender? sender, AttemptPlan plan) => sender?.Acknowledged ?? plan.From;

    private sealed class Silent : IAttemptListener
    {
        public static Silent Instance { get; } = new();

        public void OnRedirected(Http.Redirect redirect)
        {
        }

        public void OnHeaders(Http.AnswerHead head, ResourceIdentity identity)
        {
        }

        public void OnProgress(long written, long received)
        {
        }

        public void OnCheckpointDue(long written, long flushed)
        {
        }

        public ValueTask OnChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
