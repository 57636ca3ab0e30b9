using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>One attempt: ask, judge, carry the body to the sink; ask for the rest where less came.</summary>
internal sealed class AttemptRunner
{
    private readonly TransferTools _tools;
    private readonly IBodySink _sink;
    private readonly AttemptPlan _plan;
    private readonly IAttemptListener _listener;
    private readonly CheckpointPacer _pacer;
    private readonly SegmentFetcher _fetcher;
    private readonly long _began;
    private readonly SendPacer _sending;
    private RangeRequest _asked;
    private bool _headersTold;
    private Uri? _answerAt;

    public AttemptRunner(TransferTools tools, IBodySink sink, AttemptPlan plan, IAttemptListener listener)
    {
        (_tools, _sink, _plan, _listener) = (tools, sink, plan, listener);
        _began = tools.Time.GetTimestamp();
        _pacer = new CheckpointPacer(sink, listener, tools.Settings, tools.Time);
        _pacer.StartAt(plan.From);
        var gate = BothGates.For(plan.Request.Options.LimitRate, tools.Gate, tools.Time);
        _fetcher = new SegmentFetcher(sink, listener, _pacer, gate, tools.Settings.BufferBytes);
        _sending = new SendPacer(listener, tools.Settings, tools.Time);
        _asked = DownloadDecisions.Ask(plan);
    }

    /// <summary>Runs to its end; throws nothing that the network, the server or the disk brings about.</summary>
    public async Task<AttemptResult> RunAsync(CancellationToken cancellationToken) =>
        await RunToItsEndAsync(cancellationToken) with { AnswerAt = _answerAt };

    private async Task<AttemptResult> RunToItsEndAsync(CancellationToken cancellationToken)
    {
        var result = await RunCaughtAsync(cancellationToken);
        if (result is AttemptMustRestart)
        {
            await _pacer.SettleAsync();
            return result;
        }
        try
        {
            await _pacer.FlushAllAsync();
            return result with { Received = _pacer.Received, Written = _pacer.Written, Flushed = _pacer.Flushed };
        }
        catch (TransferException e)
        {
            return Broke(e.Error) with { FlushFailed = true };
        }
    }

    private async Task<AttemptResult> RunCaughtAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (await StepAsync(cancellationToken) is { } result)
                    return result;
            }
        }
        catch (OperationCanceledException)
        {
            return new AttemptStopped(_pacer.Received, _pacer.Written, _pacer.Flushed);
        }
        catch (TransferException) when (cancellationToken.IsCancellationRequested)
        {
            return new AttemptStopped(_pacer.Received, _pacer.Written, _pacer.Flushed);
        }
        catch (TransferException e)
        {
            return Broke(e.Error);
        }
    }

    // Null: a part came, and the rest has to be asked for.
    private async Task<AttemptResult?> StepAsync(CancellationToken cancellationToken)
    {
        await using var answer = await SendAsync(cancellationToken);
        var verdict = DownloadDecisions.AfterAnswer(_plan, _asked, answer.Head);
        switch (verdict)
        {
            case AcceptFrom accepted:
                await ReceiveAsync(answer, accepted, cancellationToken);
                if (accepted.EndsWhole)
                    return Finished(answer, KeptOf(answer.Head, accepted.Identity));
                _asked = DownloadDecisions.AskRest(_asked, accepted);
                return null;
            case EmptyFile empty:
                await StartAtAsync(answer.Head, empty.Identity, 0, 0);
                return Finished(answer, KeptOf(answer.Head, empty.Identity));
            case AlreadyWhole whole:
                var all = BodyWindow.Of(_plan.Request.Options);
                var kept = all.ToKept(whole.Identity);
                _sink.Expect(kept);
                await _sink.StartAtAsync(all.Place(_asked.From), 0);
                return Finished(answer, kept);
            case MustRestart restart:
                return new AttemptMustRestart(_pacer.Received, restart.Reason);
            case AskCallersUrl:
                _asked = _asked with { AtCallersUrl = true };
                return null;
            case TryIfMatch:
                return new AttemptWantsIfMatch(_pacer.Received, _pacer.Written, _pacer.Flushed);
            case HttpFailure failure:
                return Broke(failure.Error, RetryAfter.Of(answer.Head, _tools.Time.GetUtcNow()));
            case InvalidAnswer invalid:
                return Broke(invalid.Error);
            default:
                throw new InvalidOperationException($"No rule for the verdict {verdict.GetType().Name}.");
        }
    }

    private async Task<HttpAnswer> SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _tools.SendAsync(Call(), _plan.RetryLeft, OnRedirected, cancellationToken);
        }
        finally
        {
            _sending.Flush();
        }
    }

    // Whoever answers 303 has carried the request out, and only its answer is to be had elsewhere (RFC 9110 section 15.4.4).
    private void OnRedirected(Redirect redirect)
    {
        if (redirect.Status == 303 && _plan.AnswerAt is null && _plan.Request.Options.Method is not ("GET" or "HEAD"))
            _answerAt ??= redirect.To;
        _listener.OnRedirected(redirect);
    }

    private HttpCall Call() => new(
        _plan.Request, [.. _asked.Fields(), .. _plan.Conditions], _plan.Request.Destination is FileDestination || _asked.IsRanged, _asked.Target)
    {
        Method = _plan.AnswerAt is null ? _plan.Request.Options.Method : "GET",
        Began = _began,
        OnSent = _sending.Sent,
    };

    private async Task ReceiveAsync(HttpAnswer answer, AcceptFrom accepted, CancellationToken cancellationToken)
    {
        answer.Open(accepted);
        var window = DownloadDecisions.WindowOf(_plan, answer.Head);
        await StartAtAsync(answer.Head, accepted.Identity, window.Place(accepted.Offset), window.Kept(accepted.Offset, accepted.BodyLength));
        await _fetcher.FetchAsync(answer, accepted, window, cancellationToken);
    }

    private async ValueTask StartAtAsync(AnswerHead head, Ranges.ResourceIdentity identity, long offset, long? length)
    {
        _sink.Expect(KeptOf(head, identity));
        await _sink.StartAtAsync(offset, length);
        if (_headersTold)
            return;
        _pacer.StartAt(offset);
        _headersTold = true;
        _listener.OnHeaders(head, KeptOf(head, identity));
    }

    private Ranges.ResourceIdentity KeptOf(AnswerHead head, Ranges.ResourceIdentity identity) => DownloadDecisions.WindowOf(_plan, head).ToKept(identity);

    private AttemptFinished Finished(HttpAnswer answer, Ranges.ResourceIdentity identity) =>
        new(_pacer.Received, _pacer.Written, _pacer.Flushed, answer.Head, identity)
        {
            Timing = answer.Timing,
            Warnings = DownloadDecisions.Warnings(_asked, answer.Head),
        };

    private AttemptBroke Broke(TransferError error, TimeSpan? retryAfter = null) =>
        new(_pacer.Received, _pacer.Written, _pacer.Flushed, error)
        {
            RetryAfter = retryAfter,
            BytesAreWrong = error is { Code: ErrorCode.InvalidAnswer, Stage: ErrorStage.Verifying },
        };
}
