using Xunit;

namespace Ferry.Testing.Peers;

/// <summary>
/// A test that runs packages of npm: skipped with the reason where node or one of them is not installed, unless FERRY_REQUIRE_PEERS=1 asks
/// for a failure.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmFactAttribute : FactAttribute
{
    /// <summary>Needs packages.</summary>
    /// <param name="packages">Their names.</param>
    public NpmFactAttribute(params string[] packages)
    {
        if (!Peer.AreRequired && Npm.Missing(packages) is { } reason)
            Skip = $"This test {reason}.";
    }
}
