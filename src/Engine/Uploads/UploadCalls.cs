using Ferry.Engine.Bodies;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Uploads;

/// <summary>Sends the requests of one attempt of an upload, at its pace, and counts what of its body goes over the network.</summary>
internal sealed class UploadCalls
{
    private readonly TransferTools _tools;
    private readonly AttemptPlan _plan;
    private readonly IAttemptListener _listener;
    private readonly IByteGate _gate;
    private readonly SendPacer _progress;
    private readonly long _began;
    private long _before;
    private long _now;
    private volatile bool _begun;
    private volatile Redirect? _taken;

    public UploadCalls(TransferTools tools, AttemptPlan plan, IAttemptListener listener)
    {
        (_tools, _plan, _listener) = (tools, plan, listener);
        _gate = BothGates.For(plan.Request.Options.LimitRate, tools.Gate, tools.Time);
        _progress = new SendPacer(listener, tools.Settings, tools.Time);
        _began = tools.Time.GetTimestamp();
    }

    /// <summary>Bytes of the body that went over the network in this attempt.</summary>
    public long Sent => Interlocked.Read(ref _before) + Interlocked.Read(ref _now);

    /// <summary>Whether a body was about to go over the network in this attempt: from then on a server may have taken it.</summary>
    public bool HasBegun => _begun;

    /// <summary>Where the server, which took the body, says that its answer is (303); null before.</summary>
    public Redirect? Taken => _taken;

    /// <summary>Bytes of its body that the last request sent.</summary>
    public long LastSent => Interlocked.Read(ref _now);

    /// <summary>Sends the request's own body.</summary>
    /// <param name="body">Makes it, anew for each redirect that has it sent again.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public Task<HttpAnswer> SendOwnAsync(Func<RequestBody?> body, CancellationToken cancellationToken) =>
        SendAsync(Call(_plan.Request.Options.Method, _plan.Request.Url, [], body, null), _plan.RetryLeft, cancellationToken);

    /// <summary>Sends a request without a body. A creation is not repeated at once: each makes an upload.</summary>
    public Task<HttpAnswer> AskAsync(string method, Uri target, IReadOnlyList<HeaderField> fields, CancellationToken cancellationToken) =>
        SendAsync(Call(method, target, fields, null, null), mayRepeat: _plan.RetryLeft && method != "POST", cancellationToken);

    /// <summary>Sends a piece of the whole.</summary>
    /// <param name="method">POST or PATCH.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="fields">The header fields.</param>
    /// <param name="chunk">The piece.</param>
    /// <param name="offset">Its place in the whole.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public Task<HttpAnswer> SendChunkAsync(
        string method, Uri target, IReadOnlyList<HeaderField> fields, UploadChunk chunk, long offset, CancellationToken cancellationToken) =>
        SendAsync(Call(method, target, fields, () => chunk.Body, (offset, chunk.Total)), mayRepeat: false, cancellationToken);

    private async Task<HttpAnswer> SendAsync(HttpCall call, bool mayRepeat, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _before, Sent);
        Interlocked.Exchange(ref _now, 0);
        try
        {
            return await _tools.SendAsync(call, mayRepeat, OnRedirected, cancellationToken);
        }
        finally
        {
            _progress.Flush();
        }
    }

    private void OnRedirected(Redirect redirect)
    {
        if (redirect.Status == 303)
            _taken = redirect;
        else
            // It is to be sent elsewhere, so this server did not take it.
            _begun = false;
        _listener.OnRedirected(redirect);
    }

    private HttpCall Call(string method, Uri target, IReadOnlyList<HeaderField> fields, Func<RequestBody?>? body, (long Offset, long? Total)? place) =>
        new(_plan.Request, fields, Identity: false, target)
        {
            Method = method,
            // Null would be the request's own body.
            MakeBody = body is null ? () => null : () => Paced(body()),
            Began = _began,
            OnBegun = () => _begun = true,
            OnSent = body is null ? null : (sent, length) => Count(sent, place?.Offset ?? 0, place is { } part ? part.Total : length),
        };

    private RequestBody? Paced(RequestBody? body) =>
        body is null || _gate is OpenGate ? body : new PacedBody(body, Math.Min(_gate.Grain, RequestBody.BufferBytes), _gate.WaitAsync);

    private void Count(long sent, long offset, long? total)
    {
        // From zero again where a redirect has it sent anew.
        if (sent < Interlocked.Read(ref _now))
            Interlocked.Exchange(ref _before, Sent);
        Interlocked.Exchange(ref _now, sent);
        _progress.Sent(offset + sent, total);
    }
}
