namespace Ferry.Engine.Requests;

/// <summary>
/// What an engine permits, for all its requests (spec/requests.md section 1). Hosts and networks are checked again at each redirect, networks on
/// the resolved address.
/// </summary>
public sealed record EnginePolicy
{
    /// <summary>Everything is permitted.</summary>
    public static EnginePolicy Open { get; } = new();

    /// <summary>The only hosts that may be asked, <c>*</c> for any characters, as in <c>*.example.com</c>; empty permits all. Refusal: <see cref="Errors.ErrorCode.DomainNotAllowed"/>.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Networks that are never connected to, in CIDR notation, as in <c>169.254.0.0/16</c>. Refusal: <see cref="Errors.ErrorCode.NotPermitted"/>.</summary>
    public IReadOnlyList<string> DeniedNetworks { get; init; } = [];

    /// <summary>Whether http without TLS is permitted. Refusal: <see cref="Errors.ErrorCode.CleartextNotAllowed"/>.</summary>
    public bool AllowCleartext { get; init; } = true;

    /// <summary>The directory that targets must lie under, links included; null permits all. Refusal: <see cref="Errors.ErrorCode.NotPermitted"/>.</summary>
    public string? TargetRoot { get; init; }
}
