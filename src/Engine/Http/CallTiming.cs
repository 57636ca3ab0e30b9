namespace Ferry.Engine.Http;

/// <summary>The phases of one call, its redirects included (performanceTiming, spec/requests.md section 2).</summary>
/// <param name="time">The clock.</param>
/// <param name="began">Its time stamp when the call began.</param>
internal sealed class CallTiming(TimeProvider time, long began)
{
    private PerformanceTiming _phases = PerformanceTiming.None;

    /// <summary>A request of the call begins.</summary>
    /// <param name="resolves">Whether a new connection for it begins with a name to resolve.</param>
    /// <param name="secures">Whether a new connection for it ends with TLS.</param>
    public HopTiming BeginRequest(bool resolves, bool secures) => new(Now, resolves, secures);

    /// <summary>The header of an answer came.</summary>
    /// <param name="hop">The request it answers.</param>
    public void HeaderEnded(HopTiming hop) => _phases = hop.Read(Now()) with { RedirectTiming = _phases.RedirectTiming };

    /// <summary>The answer was a redirect, and is done with.</summary>
    public void Redirected() => _phases = PerformanceTiming.None with { RedirectTiming = Now() };

    /// <summary>The last byte of the body came.</summary>
    public void BodyEnded()
    {
        if (_phases.ResponseBodyTiming == 0)
            _phases = _phases with { ResponseBodyTiming = Now() };
    }

    /// <summary>The phases so far; the total is the time until now.</summary>
    public PerformanceTiming Read() => _phases with
    {
        TotalFinishTiming = Math.Max(_phases.ResponseBodyTiming, _phases.ResponseHeaderTiming),
        TotalTiming = Now(),
    };

    private double Now() => time.GetElapsedTime(began).TotalMilliseconds;
}
