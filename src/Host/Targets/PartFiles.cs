using Ferry.Engine.Downloads;
using Ferry.Engine.Requests;

namespace Ferry.Host.Targets;

/// <summary>What lies beside a target while it is downloaded.</summary>
internal static class PartFiles
{
    /// <summary>How much of a download is there, or null where nothing is.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="id">The transfer's id.</param>
    public static long? Length(FileDestination destination, TransferId id)
    {
        var part = new FileInfo(PartPaths.Of(destination, id));
        return part.Exists ? part.Length : null;
    }

    /// <summary>The same of a target as a list shows it; a directory is that of a file the server names.</summary>
    /// <param name="target">The target's path.</param>
    /// <param name="id">The transfer's id.</param>
    public static long? Length(string target, TransferId id) =>
        Length(new FileDestination(target) { NameFromAnswer = Directory.Exists(target) }, id);
}
