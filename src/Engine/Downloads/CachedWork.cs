using Ferry.Engine.Cache;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Downloads;

/// <summary>
/// The I/O of a request with the response cache in front of it. A GET or HEAD is answered from the cache where RFC 9111 allows it, asked about
/// where it does not, and stored once it is whole and went to memory; any other method drops what it may have changed. A stored body takes the
/// way of a received one: through the sink, with its limits, and past the listener.
/// </summary>
internal sealed class CachedWork(ITransferWork work, TransferTools tools, ResponseCache cache, ValidatedRequest request) : ITransferWork
{
    private readonly CacheRequest _asked = new(request);
    private Whole? _whole;

    private TimeProvider Time => tools.Time;

    private bool Stores => request.Destination is MemoryDestination;

    /// <summary>Whether the cache has to do with a request at all: downloads to files read and store nothing.</summary>
    public static bool Concerns(ValidatedRequest request) => CacheDecisions.IsUnsafe(request.Options.Method)
        || (request.Destination is not FileDestination && request.Options.Method is "GET" or "HEAD");

    public Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken)
    {
        _whole = null;
        if (CacheDecisions.IsUnsafe(_asked.Method))
            return work.AttemptAsync(plan, new InvalidatingListener(listener, cache, _asked.Method, isSent: plan.AnswerAt is null), cancellationToken);
        // The rest of a broken body is asked by range, and what is put together of parts is not stored.
        if (plan.From > 0)
            return work.AttemptAsync(plan, listener, cancellationToken);
        var stored = _asked.Options.UsingCache && _asked is { HasOwnConditions: false, IsRanged: false } ? cache.Find(_asked) : null;
        var now = Time.GetUtcNow();
        return CacheDecisions.Use(_asked, stored, now) switch
        {
            CacheUse.Fresh => DeliverAsync(plan, stored!.HeadAt(now), stored.Body, listener, cancellationToken),
            CacheUse.Unanswerable => DeliverAsync(plan, NothingStored(), [], listener, cancellationToken),
            CacheUse.Revalidate => AskWhetherAsync(plan, stored!, listener, cancellationToken),
            _ => AskAsync(plan, listener, cancellationToken),
        };
    }

    public Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken) => work.VerifyAsync(identity, cancellationToken);

    public async Task<PublishResult> PublishAsync(Verified verified)
    {
        var result = await work.PublishAsync(verified);
        if (result.Error is null && result.Restart is null && _whole is { } whole)
            Store(whole, result.Body.ToArray());
        _whole = null;
        return result;
    }

    public Task DiscardAsync(ResourceIdentity? upload)
    {
        _whole = null;
        return work.DiscardAsync(upload);
    }

    public ValueTask DisposeAsync() => work.DisposeAsync();

    private async Task<AttemptResult> AskAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken)
    {
        var exchange = new Exchange(listener, Time, cache.Moment);
        var result = await work.AttemptAsync(plan, exchange, cancellationToken);
        if (result is AttemptFinished finished)
            Keep(finished, exchange);
        return result;
    }

    private async Task<AttemptResult> AskWhetherAsync(AttemptPlan plan, CachedAnswer stored, IAttemptListener listener, CancellationToken cancellationToken)
    {
        var exchange = new Exchange(listener, Time, cache.Moment) { HoldsBack304 = true };
        var result = await work.AttemptAsync(plan with { Conditions = CacheDecisions.Conditions(stored) }, exchange, cancellationToken);
        if (result is not AttemptFinished finished)
            return result;
        if (finished.Head.Status != 304)
        {
            // The server has something else by now; where it only failed, the stored answer may hold again.
            if (finished.Head.Status < 500)
                cache.Replace(stored, null);
            Keep(finished, exchange);
            return result;
        }
        if (exchange.Redirected || !CacheDecisions.Confirms(finished.Head, stored))
        {
            // It confirms something else than what is stored: ask for the whole.
            cache.Replace(stored, null);
            return await AskAsync(plan, listener, cancellationToken);
        }
        var renewed = CacheDecisions.Renew(stored, _asked, finished.Head, exchange.RequestTime, exchange.ResponseTime);
        cache.Replace(stored, renewed);
        var head = renewed?.Head ?? StoredHeader.Renewed(stored.Head, finished.Head, exchange.ResponseTime);
        var delivered = await DeliverAsync(plan, head, stored.Body, listener, cancellationToken);
        return delivered is AttemptFinished f ? f with { Timing = finished.Timing, Warnings = finished.Warnings } : delivered;
    }

    private void Keep(AttemptFinished finished, Exchange exchange)
    {
        // What a redirect led to is the answer of another URL, and the redirect says nothing about its own reuse.
        if (exchange.Redirected)
            return;
        if (_asked.Method == "HEAD" && finished.Head.Status == 200)
            RenewByHead(finished.Head, exchange);
        if (Stores && CacheDecisions.MayStore(_asked, finished.Head, exchange.ResponseTime))
            _whole = new Whole(finished.Head, exchange.RequestTime, exchange.ResponseTime, exchange.Moment);
    }

    // RFC 9111 section 4.3.5: the answer to a HEAD renews that of a GET, or shows that it no longer holds.
    private void RenewByHead(AnswerHead head, Exchange exchange)
    {
        if (cache.Find(_asked, "GET") is not { Head.Status: 200 } stored)
            return;
        cache.Replace(
            stored,
            CacheDecisions.Agrees(head, stored) ? CacheDecisions.Renew(stored, _asked, head, exchange.RequestTime, exchange.ResponseTime) : null);
    }

    private void Store(Whole whole, byte[] body)
    {
        var head = StoredHeader.Of(whole.Head, whole.ResponseTime);
        if (VaryKey.Of(head, _asked) is { } vary)
            cache.Store(_asked, new CachedAnswer(_asked.Method, vary, head, body, whole.RequestTime, whole.ResponseTime), whole.Moment);
    }

    private async Task<AttemptResult> DeliverAsync(
        AttemptPlan plan, AnswerHead head, byte[] body, IAttemptListener listener, CancellationToken cancellationToken)
    {
        var sink = (IBodySink)work;
        var length = _asked.Method == "HEAD" ? 0 : body.Length;
        var written = 0;
        try
        {
            await sink.StartAtAsync(0, length);
            var identity = IdentityOf(plan, head, length);
            listener.OnHeaders(head, identity);
            while (written < length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var piece = body.AsMemory(written, Math.Min(tools.Settings.BufferBytes, length - written));
                sink.Write(piece.Span, written);
                await listener.OnChunkAsync(piece, written, cancellationToken);
                written += piece.Length;
            }
            return new AttemptFinished(0, written, 0, head, identity) { FromCache = true };
        }
        catch (OperationCanceledException)
        {
            return new AttemptStopped(0, written, 0);
        }
        catch (TransferException e)
        {
            return new AttemptBroke(0, written, 0, e.Error);
        }
    }

    // As if it had come over the network; a coded answer cannot be continued by range, wherever its decoded bytes lie.
    private static ResourceIdentity IdentityOf(AttemptPlan plan, AnswerHead head, int length)
    {
        var verdict = DownloadDecisions.AfterAnswer(plan with { RetryLeft = false }, DownloadDecisions.Ask(plan), head);
        var identity = verdict is AcceptFrom accepted ? accepted.Identity : AnswerIdentity.Of(head);
        return identity.ContentCoding is null ? identity with { Length = length } : identity;
    }

    private AnswerHead NothingStored() => new(504, "Gateway Timeout", new Version(1, 1), _asked.Url, []);

    /// <summary>An answer that is whole and may be stored, once it is checked.</summary>
    private sealed record Whole(AnswerHead Head, DateTimeOffset RequestTime, DateTimeOffset ResponseTime, long Moment);

    /// <summary>Hears one exchange with the server: when it was, and whether a redirect came between.</summary>
    private sealed class Exchange(IAttemptListener listener, TimeProvider time, long moment) : PassingListener(listener)
    {
        public long Moment { get; } = moment;

        public DateTimeOffset RequestTime { get; } = time.GetUtcNow();

        public DateTimeOffset ResponseTime { get; private set; }

        public bool Redirected { get; private set; }

        /// <summary>A 304 answers the cache, not the caller.</summary>
        public bool HoldsBack304 { get; init; }

        public override void OnRedirected(Redirect redirect)
        {
            Redirected = true;
            base.OnRedirected(redirect);
        }

        public override void OnHeaders(AnswerHead head, ResourceIdentity identity)
        {
            ResponseTime = time.GetUtcNow();
            if (!HoldsBack304 || head.Status != 304)
                base.OnHeaders(head, identity);
        }
    }

    /// <summary>Hears an unsafe request and drops what it may have changed (RFC 9111 section 4.4), also where a redirect answers it.</summary>
    private sealed class InvalidatingListener(IAttemptListener listener, ResponseCache cache, string method, bool isSent) : PassingListener(listener)
    {
        private bool _unsafe = isSent;

        public override void OnRedirected(Redirect redirect)
        {
            if (_unsafe)
                cache.Invalidate(CacheDecisions.Invalidated(redirect));
            // From here on it is a GET.
            _unsafe &= redirect.Status != 303 && !(method == "POST" && redirect.Status is 301 or 302);
            base.OnRedirected(redirect);
        }

        public override void OnHeaders(AnswerHead head, ResourceIdentity identity)
        {
            if (_unsafe)
                cache.Invalidate(CacheDecisions.Invalidated(head.FinalUrl, head));
            base.OnHeaders(head, identity);
        }
    }
}
