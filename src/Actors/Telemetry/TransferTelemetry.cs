using System.Diagnostics;
using System.Globalization;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Telemetry;

/// <summary>Measures and traces one transfer: a client span for each attempt. Its calls come in the order of the attempts; bytes and header from I/O threads.</summary>
internal sealed class TransferTelemetry(ValidatedRequest request, TimeProvider time)
{
    private Activity? _attempt;
    private long _started;
    private long _received;
    private long _sent;

    public void AttemptStarted(AttemptPlan plan)
    {
        (_started, _received, _sent) = (time.GetTimestamp(), 0, 0);
        _attempt = FerryTelemetry.Source.CreateActivity(request.Options.Method, ActivityKind.Client, default(ActivityContext));
        if (_attempt is null)
            return;
        foreach (var (key, value) in Where())
            _attempt.SetTag(key, value);
        _attempt.SetTag("url.full", UrlText.WithoutQuery(request.Source.Url));
        _attempt.SetTag("ferry.transfer.id", request.Id.Value);
        if (plan.Number > 1)
            _attempt.SetTag("http.request.resend_count", plan.Number - 1);
        _attempt.Start();
    }

    public void HeadersCame(AnswerHead head)
    {
        if (FerryTelemetry.FirstByte.Enabled)
            FerryTelemetry.FirstByte.Record(time.GetElapsedTime(_started).TotalSeconds, [.. Where(), new("http.response.status_code", head.Status)]);
        _attempt?.SetTag("http.response.status_code", head.Status);
        _attempt?.SetTag("network.protocol.version", head.HttpVersion.ToString());
    }

    public void Received(long inAttempt) => Count(ref _received, inAttempt, "receive");

    public void Sent(long inAttempt) => Count(ref _sent, inAttempt, "transmit");

    public void AttemptEnded(AttemptResult result)
    {
        Received(result.Received);
        if (result.Sent > 0)
            Sent(result.Sent);
        if (result is AttemptFinished { FromCache: true })
            FerryTelemetry.CacheHits.Add(1);
        if (result is AttemptBroke broke)
            _attempt?.SetTag("error.type", Code(broke.Error)).SetStatus(ActivityStatusCode.Error, broke.Error.Message);
        Stopped();
    }

    public static void Retrying(TransferError error) => FerryTelemetry.Retries.Add(1, new KeyValuePair<string, object?>("error.type", Code(error)));

    /// <summary>The transfer's actor stops, in the middle of an attempt or not.</summary>
    public void Stopped()
    {
        _attempt?.Dispose();
        _attempt = null;
    }

    public static void Ended(TransferTerminated end) => FerryTelemetry.Ended.Add(1, end switch
    {
        TransferFailed failed => [Outcome("failed"), new("error.type", Code(failed.Error))],
        TransferCancelled => [Outcome("cancelled")],
        _ => [Outcome("completed")],
    });

    private static void Count(ref long counted, long now, string direction)
    {
        var more = now - Interlocked.Exchange(ref counted, now);
        if (more > 0)
            FerryTelemetry.Bytes.Add(more, new KeyValuePair<string, object?>("network.io.direction", direction));
    }

    private KeyValuePair<string, object?>[] Where() =>
    [
        new("http.request.method", request.Options.Method),
        new("server.address", request.Url.IdnHost),
        new("server.port", request.Url.Port),
        new("url.scheme", request.Url.Scheme),
    ];

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("ferry.transfer.outcome", outcome);

    private static string Code(TransferError error) => ((int)error.Code).ToString(CultureInfo.InvariantCulture);
}
