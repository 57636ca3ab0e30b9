namespace Ferry.Bench.Contenders;

/// <summary>Programs that may be installed.</summary>
internal static class Peers
{
    /// <summary>The program's path, or null.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
        .Where(d => d.Length > 0).Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
}
