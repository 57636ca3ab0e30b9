using System.Runtime.CompilerServices;
using Xunit;

namespace Ferry.Testing.Peers;

/// <summary>
/// A test that runs an installed program: skipped with the reason where it is not installed, unless FERRY_REQUIRE_PEERS=1 asks for a failure.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute
{
    /// <summary>Needs a program.</summary>
    /// <param name="program">Its name, looked for along PATH and in /usr/sbin.</param>
    /// <param name="caller">Filled in by the compiler.</param>
    public PeerFactAttribute(string program, [CallerMemberName] string caller = "")
    {
        if (Peer.Find(program) is null && !Peer.AreRequired)
            Skip = $"{caller} needs the program '{program}', which is not installed here.";
    }
}

/// <summary>Programs this repository compares itself with.</summary>
public static class Peer
{
    /// <summary>Whether a missing program fails a test instead of skipping it.</summary>
    public static bool AreRequired => Environment.GetEnvironmentVariable("FERRY_REQUIRE_PEERS") == "1";

    /// <summary>The program's path, or null where it is not installed.</summary>
    /// <param name="program">Its name.</param>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Append("/usr/sbin")
        .Where(d => d.Length > 0)
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);
}
