using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Polly;
using Polly.Retry;

namespace Ferry.Engine.Transfers;

/// <summary>What every download of an engine shares.</summary>
internal sealed class TransferTools
{
    private readonly HttpTransport _transport;
    private readonly ResiliencePipeline<HttpAnswer> _onceMore;

    public TransferTools(HttpTransport transport, TransferSettings settings, TimeProvider time, IByteGate gate)
    {
        (_transport, Settings, Time, Gate) = (transport, settings, time, gate);
        _onceMore = new ResiliencePipelineBuilder<HttpAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpAnswer>
            {
                MaxRetryAttempts = 1,
                Delay = TimeSpan.Zero,
                ShouldHandle = static a => ValueTask.FromResult(a.Outcome.Exception is TransferException { Error: var e } && ResetUnanswered(e)),
            })
            .Build();
    }

    public TransferSettings Settings { get; }

    public TimeProvider Time { get; }

    public IByteGate Gate { get; }

    /// <summary>
    /// Sends a request. Where it may be repeated at all, one whose connection was reset before the answer came is sent once more at once:
    /// a pooled connection that a server or a middlebox gave up is no reason for a journaled retry (docs/decisions/0003).
    /// </summary>
    public ValueTask<HttpAnswer> SendAsync(HttpCall call, bool mayRepeat, Action<Redirect> onRedirect, CancellationToken cancellationToken)
    {
        if (!mayRepeat)
            return new ValueTask<HttpAnswer>(_transport.SendAsync(call, onRedirect, cancellationToken));
        return _onceMore.ExecuteAsync(
            static async (s, token) => await s.Transport.SendAsync(s.Call, s.OnRedirect, token),
            (Transport: _transport, Call: call, OnRedirect: onRedirect),
            cancellationToken);
    }

    private static bool ResetUnanswered(TransferError error) => error is
    {
        RetryCanHelp: true, Stage: ErrorStage.Sending or ErrorStage.Answering, Code: ErrorCode.SendFailed or ErrorCode.ReceiveFailed,
    };
}
