using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Settings of a <see cref="HttpTransport"/>.</summary>
public sealed record TransportSettings
{
    /// <summary>Connections to one origin at most; without a bound by default, since the scheduler bounds transfers.</summary>
    public int MaxConnectionsPerServer { get; init; } = int.MaxValue;

    /// <summary>How long an unused connection is kept for the next request.</summary>
    public TimeSpan PooledConnectionIdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection serves new requests, so that a changed address is noticed.</summary>
    public TimeSpan PooledConnectionLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one address is tried before the next is tried beside it (RFC 8305 section 5).</summary>
    public TimeSpan ConnectionAttemptDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The User-Agent sent where the caller gives none; empty for none.</summary>
    public string UserAgent { get; init; } = "Ferry/0.1";

    /// <summary>
    /// How many sets of connection options (proxy, TLS, name resolution, protocol) keep a pool of connections; at least 1. The one that was not used
    /// for the longest goes first, once no call uses it.
    /// </summary>
    public int MaxConnectionProfiles { get; init; } = 32;

    /// <summary>What is permitted: hosts and cleartext at each request of a call, networks at each connection.</summary>
    public EnginePolicy Policy { get; init; } = EnginePolicy.Open;

    /// <summary>Gives an environment variable's value, or null; asked once, when a transport is made, for the system's proxy.</summary>
    public Func<string, string?> ReadEnvironment { get; init; } = Environment.GetEnvironmentVariable;
}
