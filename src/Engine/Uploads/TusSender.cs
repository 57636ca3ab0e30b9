using System.Security.Cryptography;
using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Uploads;

/// <summary>One attempt of a tus upload: create it, or ask how much of it is there, and send the rest chunk by chunk.</summary>
internal sealed class TusSender : IUploadSender
{
    private readonly TransferTools _tools;
    private readonly AttemptPlan _plan;
    private readonly IAttemptListener _listener;
    private readonly UploadSource _source;
    private readonly UploadOptions _options;
    private readonly UploadCalls _calls;
    private AnswerHead? _head;
    private PerformanceTiming _timing = PerformanceTiming.None;
    private bool _askedAgain;
    private bool _lengthToTell;

    public TusSender(TransferTools tools, AttemptPlan plan, IAttemptListener listener, UploadSource source)
    {
        (_tools, _plan, _listener, _source) = (tools, plan, listener, source);
        _options = plan.Request.Upload!;
        _calls = new UploadCalls(tools, plan, listener);
        Acknowledged = plan.From;
    }

    public long Sent => _calls.Sent;

    public bool HasBegun => _calls.HasBegun;

    public long Acknowledged { get; private set; }

    /// <summary>The upload this created, its offset and the answer: the next attempt need not ask.</summary>
    public CreatedUpload? Fresh { get; set; }

    public async Task<AttemptResult> PrepareAsync(CancellationToken cancellationToken)
    {
        var (verdict, head) = await CapabilitiesAsync(cancellationToken);
        return verdict is Capable { Of: var can } ? await CreateAsync(can, cancellationToken) : End(verdict, head);
    }

    public async Task<AttemptResult> SendAsync(ResourceIdentity identity, CancellationToken cancellationToken)
    {
        if (_source.ChangedSince(identity.Upload!.Source) is { } changed)
            throw new TransferException(changed);
        if (UrlText.TryParse(identity.FinalUrl) is not { } url)
            return new AttemptMustRestart(0, RestartReason.UploadLost);
        if (await OffsetAsync(url, identity, cancellationToken) is { } end)
            return end;
        _listener.OnSending(Acknowledged, identity);
        while (true)
        {
            var chunk = await _source.NextAsync(Acknowledged, _options.ChunkBytes, cancellationToken);
            // A deferred length is told with the last byte, or alone where no byte is left to go with it.
            if (Acknowledged == chunk.Total && !_lengthToTell)
                return Finished(identity with { Length = Acknowledged, Upload = identity.Upload with { LengthDeferred = false } });
            if (await SendChunkAsync(url, identity, chunk, cancellationToken) is { } broken)
                return broken;
        }
    }

    private async Task<(UploadVerdict Verdict, AnswerHead Head)> CapabilitiesAsync(CancellationToken cancellationToken)
    {
        await using var answer = await _calls.AskAsync("OPTIONS", _plan.Request.Url, [], cancellationToken);
        return (UploadDecisions.AfterOptions(answer.Head), answer.Head);
    }

    private async Task<AttemptResult> CreateAsync(TusCapabilities can, CancellationToken cancellationToken)
    {
        var known = _source.Length;
        if (can.Objection(known, mustDefer: known is null) is { } objection)
            throw new TransferException(objection);
        var defers = known is null || (_options.DeferLength && can.Has("creation-defer-length"));
        var first = _options.CreationWithUpload && can.Has("creation-with-upload")
            ? await _source.NextAsync(0, _options.ChunkBytes, cancellationToken)
            : default;
        var fields = TusFields.OfCreation(defers ? null : known, _options.Metadata, withBytes: first.Count > 0);
        await using var answer = first.Count > 0
            ? await _calls.SendChunkAsync("POST", _plan.Request.Url, fields, first, 0, cancellationToken)
            : await _calls.AskAsync("POST", _plan.Request.Url, fields, cancellationToken);
        var verdict = UploadDecisions.AfterCreation(known, first.Count, answer.Head);
        if (verdict is not Created created)
            return End(verdict, answer.Head);
        Fresh = new CreatedUpload(created.Url, created.Offset, answer.Head, answer.Timing);
        return new AttemptPrepared(new ResourceIdentity
        {
            FinalUrl = created.Url.AbsoluteUri,
            Length = known,
            Upload = new UploadIdentity
            {
                Source = _source.Version,
                CanContinue = true,
                Checksum = _options.Checksum ? can.Checksum : null,
                LengthDeferred = defers,
            },
        })
        { Sent = Sent };
    }

    // Null: it is known now, and where to go on.
    private async Task<AttemptResult?> OffsetAsync(Uri url, ResourceIdentity identity, CancellationToken cancellationToken)
    {
        var end = await AskOffsetAsync(url, cancellationToken);
        _lengthToTell = identity.Upload!.LengthDeferred && _head?.Field("upload-length") is null;
        return end;
    }

    private async Task<AttemptResult?> AskOffsetAsync(Uri url, CancellationToken cancellationToken)
    {
        if (Fresh is { } fresh && fresh.Url == url)
        {
            (Acknowledged, _head, _timing, Fresh) = (fresh.Offset, fresh.Head, fresh.Timing, null);
            return null;
        }
        await using var answer = await _calls.AskAsync("HEAD", url, [TusFields.Resumable], cancellationToken);
        var verdict = UploadDecisions.AfterHead(_source.Length, answer.Head);
        if (verdict is not GoOnFrom there)
            return End(verdict, answer.Head);
        Acknowledge(there.Offset, answer);
        return null;
    }

    private async Task<AttemptResult?> SendChunkAsync(Uri url, ResourceIdentity identity, UploadChunk chunk, CancellationToken cancellationToken)
    {
        var checksum = identity.Upload!.Checksum is { } algorithm && chunk.Count > 0 ? await ChecksumAsync(algorithm, chunk, cancellationToken) : null;
        var isLast = chunk.Total == Acknowledged + chunk.Count;
        var fields = TusFields.OfPatch(Acknowledged, isLast && _lengthToTell ? chunk.Total : null, checksum);
        await using var answer = await _calls.SendChunkAsync("PATCH", url, fields, chunk, Acknowledged, cancellationToken);
        switch (UploadDecisions.AfterPatch(Acknowledged, chunk.Count, answer.Head))
        {
            case GoOnFrom there:
                Acknowledge(there.Offset, answer);
                _lengthToTell &= !isLast;
                return null;
            case AskOffset when !_askedAgain:
                _askedAgain = true;
                return await OffsetAsync(url, identity, cancellationToken);
            case AskOffset:
                throw new TransferException(new TransferError(
                    ErrorCode.UploadFailed, ErrorStage.Answering, ErrorSide.Remote, $"The server does not take the bytes from {Acknowledged} on although it asked for them (409).")
                { RetryCanHelp = true, HttpStatus = 409 });
            case var verdict:
                return End(verdict, answer.Head);
        }
    }

    private static async Task<string> ChecksumAsync(string algorithm, UploadChunk chunk, CancellationToken cancellationToken)
    {
        var name = algorithm.Equals("sha1", StringComparison.OrdinalIgnoreCase) ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        return $"{algorithm} {Convert.ToBase64String(await HashedBody.DigestAsync(chunk.Body, name, cancellationToken))}";
    }

    private void Acknowledge(long offset, HttpAnswer answer)
    {
        (Acknowledged, _head, _timing) = (offset, answer.Head, answer.Timing);
        _listener.OnCheckpointDue(offset, offset);
    }

    private AttemptResult End(UploadVerdict verdict, AnswerHead head)
    {
        if (verdict is CreateAnew anew)
            return new AttemptMustRestart(0, anew.Reason);
        return new AttemptBroke(0, Acknowledged, Acknowledged, ((Refused)verdict).Error) { RetryAfter = RetryAfter.Of(head, _tools.Time.GetUtcNow()) };
    }

    private AttemptFinished Finished(ResourceIdentity identity)
    {
        _listener.OnHeaders(_head!, identity);
        return new AttemptFinished(0, Acknowledged, Acknowledged, _head!, identity) { Timing = _timing };
    }
}

/// <summary>An upload that was just created.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="Offset">How much of it the server has.</param>
/// <param name="Head">The answer.</param>
/// <param name="Timing">The answer's phases.</param>
internal sealed record CreatedUpload(Uri Url, long Offset, AnswerHead Head, PerformanceTiming Timing);
