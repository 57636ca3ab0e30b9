using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>The response of a request as the source APIs have it (spec/requests.md section 2).</summary>
public sealed record TransferResponse
{
    /// <summary>The status code. A 4xx or 5xx is an answer too. 0 of a download that ended before this process asked: its answer is not known.</summary>
    public required int ResponseCode { get; init; }

    /// <summary>The type of <see cref="Result"/>.</summary>
    public required HttpDataType ResultType { get; init; }

    /// <summary>A <see cref="string"/>, a <see cref="System.Text.Json.JsonElement"/> or a <c>byte[]</c>, as <see cref="ResultType"/> says; empty where the body went in chunks, the path where it went to a file.</summary>
    public required object Result { get; init; }

    /// <summary>The header: lower-case names, <c>status-line</c> among them, with all values of each in order.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Header { get; init; }

    /// <summary>The values of the Set-Cookie lines, raw and in order.</summary>
    public required IReadOnlyList<string> Cookies { get; init; }

    /// <summary>The protocol version, such as 1.1; 0.0 where the answer is not known.</summary>
    public required Version HttpVersion { get; init; }

    /// <summary>The URL that answered, after redirects.</summary>
    public required Uri FinalUrl { get; init; }

    /// <summary>The phases of the call.</summary>
    public PerformanceTiming PerformanceTiming { get; init; } = PerformanceTiming.None;

    /// <summary>Whether the response cache answered, revalidated or not.</summary>
    public bool FromCache { get; init; }

    /// <summary>What did not take effect as asked, such as a range that the server ignored.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
