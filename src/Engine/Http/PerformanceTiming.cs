namespace Ferry.Engine.Http;

/// <summary>
/// How long the phases of a call took, in milliseconds since the call began (performanceTiming, spec/requests.md section 2). A phase that did
/// not happen, as on a connection that was used before or without a redirect, is 0.
/// </summary>
public sealed record PerformanceTiming
{
    /// <summary>No phase happened: an answer from the cache.</summary>
    public static PerformanceTiming None { get; } = new();

    /// <summary>From the call to the resolved name.</summary>
    public double DnsTiming { get; init; }

    /// <summary>From the call to the TCP connection.</summary>
    public double TcpTiming { get; init; }

    /// <summary>From the call to the end of the TLS handshake.</summary>
    public double TlsTiming { get; init; }

    /// <summary>From the call to the first byte sent.</summary>
    public double FirstSendTiming { get; init; }

    /// <summary>From the call to the first byte received.</summary>
    public double FirstReceiveTiming { get; init; }

    /// <summary>From the call to the last byte received.</summary>
    public double TotalFinishTiming { get; init; }

    /// <summary>From the call to the end of all redirects.</summary>
    public double RedirectTiming { get; init; }

    /// <summary>From the call to the end of the answer's header.</summary>
    public double ResponseHeaderTiming { get; init; }

    /// <summary>From the call to the end of the answer's body.</summary>
    public double ResponseBodyTiming { get; init; }

    /// <summary>From the call to the result handed to the caller.</summary>
    public double TotalTiming { get; init; }
}
