namespace Ferry.Engine.Requests;

/// <summary>
/// What an engine permits, for all its requests (spec/requests.md section 1). Hosts and networks are checked again at each redirect, networks on
/// the resolved address.
/// </summary>
public sealed record EnginePolicy
{
    /// <summary>Everything is permitted.</summary>
    public static EnginePolicy Open { get; } = new();

    /// <summary>
    /// The only hosts that may be asked, <c>*</c> for any characters, as in <c>*.example.com</c>; empty permits all. Case does not count, and a
    /// name may be written in any script or as punycode. Refusal: <see cref="Errors.ErrorCode.DomainNotAllowed"/>.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Networks that are never connected to, in CIDR notation, as in <c>169.254.0.0/16</c>, or single addresses. Refusal:
    /// <see cref="Errors.ErrorCode.NotPermitted"/>.
    /// </summary>
    public IReadOnlyList<string> DeniedNetworks { get; init; } = [];

    /// <summary>Whether http without TLS is permitted. Refusal: <see cref="Errors.ErrorCode.CleartextNotAllowed"/>.</summary>
    public bool AllowCleartext { get; init; } = true;

    /// <summary>The directory that targets must lie under, links included; null permits all. Refusal: <see cref="Errors.ErrorCode.NotPermitted"/>.</summary>
    public string? TargetRoot { get; init; }

    /// <summary>
    /// The largest <see cref="RequestOptions.ResumeFrom"/> and <see cref="RequestOptions.ResumeTo"/> that take effect: 4294967296 as in the source
    /// API, or any other number of up to 63 bits.
    /// </summary>
    public long MaxResume { get; init; } = 4294967296;

    /// <summary>What is wrong with the policy, one sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        foreach (var host in AllowedHosts.Where(h => string.IsNullOrWhiteSpace(h) || h.Contains('/', StringComparison.Ordinal)))
            problems.Add($"policy.allowed-hosts has '{host}', which is no host: write a name or a pattern such as *.example.com.");
        foreach (var network in DeniedNetworks.Where(n => NetworkPolicy.ParseNetwork(n) is null))
            problems.Add($"policy.denied-networks has '{network}', which is no network: write it as in 10.0.0.0/8, without bits after the prefix.");
        if (TargetRoot is not null && (string.IsNullOrWhiteSpace(TargetRoot) || TargetRoot.Contains('\0', StringComparison.Ordinal)))
            problems.Add("policy.target-root is not a directory: name one, or leave it out.");
        if (MaxResume < 1)
            problems.Add($"policy.max-resume is {MaxResume}; it must be 1 or more.");
        return problems;
    }

    /// <summary>Compares what is permitted; lists by their contents.</summary>
    /// <param name="other">The other policy.</param>
    public bool Equals(EnginePolicy? other) => other is not null
        && AllowedHosts.SequenceEqual(other.AllowedHosts, StringComparer.OrdinalIgnoreCase)
        && DeniedNetworks.SequenceEqual(other.DeniedNetworks, StringComparer.OrdinalIgnoreCase)
        && AllowCleartext == other.AllowCleartext
        && string.Equals(TargetRoot, other.TargetRoot, StringComparison.Ordinal)
        && MaxResume == other.MaxResume;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(AllowedHosts.Count, DeniedNetworks.Count, AllowCleartext, TargetRoot, MaxResume);
}
