using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Transfers;

/// <summary>Whether and when a broken attempt is repeated (spec/http.md rules 30 to 32). Pure: chance comes in.</summary>
public static class RetryDelays
{
    /// <summary>The retries of a request, or null where it is not repeated at all.</summary>
    /// <param name="request">The request: durable transfers retry by default, others only when asked, POST and PATCH only when idempotent.</param>
    public static RetryOptions? For(ValidatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MayRepeat(request) ? ForUnsent(request) : null;
    }

    /// <summary>Whether a request may be sent a second time although the first may have been carried out (rule 32). A tus upload asks first how far it came.</summary>
    /// <param name="request">The request.</param>
    public static bool MayRepeat(ValidatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = request.Options;
        // A PUT with a condition finds it broken by itself.
        var isConditional = request.Upload is not null && options.Headers.Any(h => IsCondition(h.Name)) && !options.Idempotent;
        return (options.Method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE" && !isConditional)
            || (options.Idempotent && options.Method is "POST" or "PATCH")
            || request.Upload is { Protocol: UploadProtocol.Tus };
    }

    /// <summary>The retries of an attempt that broke before anything was sent: those of every durable request, whatever its method.</summary>
    /// <param name="request">The request.</param>
    public static RetryOptions? ForUnsent(ValidatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Options.Retry ?? (request.IsDurable || request.Upload is { Protocol: UploadProtocol.Tus } ? new RetryOptions() : null);
    }

    /// <summary>Whether an attempt broke before anything was sent.</summary>
    /// <param name="error">What broke it.</param>
    public static bool IsUnsent(TransferError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Stage is ErrorStage.Resolving or ErrorStage.Connecting or ErrorStage.Securing;
    }

    private static bool IsCondition(string name) =>
        name.Equals("If-None-Match", StringComparison.OrdinalIgnoreCase) || name.Equals("If-Match", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// How long to wait: full jitter below an exponentially growing bound, and never less than the server asks for (up to
    /// <see cref="RetryOptions.MaxRetryAfter"/>).
    /// </summary>
    /// <param name="options">The request's retries.</param>
    /// <param name="retry">Which repetition this is, from 1.</param>
    /// <param name="retryAfter">What the server asks for, or null.</param>
    /// <param name="random">The source of chance.</param>
    public static TimeSpan Delay(RetryOptions options, int retry, TimeSpan? retryAfter, Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        var bound = Math.Min(options.MaxDelay.TotalMilliseconds, options.BaseDelay.TotalMilliseconds * Math.Pow(2, Math.Max(0, retry - 1)));
        var wait = TimeSpan.FromMilliseconds(random.NextDouble() * bound);
        if (retryAfter is not { } asked)
            return wait;
        var honoured = asked < options.MaxRetryAfter ? asked : options.MaxRetryAfter;
        return honoured > wait ? honoured : wait;
    }

    /// <summary>The longest wait a journal can ask for; a clock that was set back does not make it longer.</summary>
    /// <param name="options">The request's retries.</param>
    public static TimeSpan Longest(RetryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.MaxRetryAfter > options.MaxDelay ? options.MaxRetryAfter : options.MaxDelay;
    }
}
