namespace Ferry.Host.Targets;

/// <summary>What lies beside a target while it is downloaded.</summary>
internal static class PartFiles
{
    private const string Suffix = ".ferry-part";

    /// <summary>How much of a target is there, or null where nothing is.</summary>
    /// <param name="target">The target's path.</param>
    public static long? Length(string target)
    {
        var part = new FileInfo(target + Suffix);
        return part.Exists ? part.Length : null;
    }
}
