using System.Text.Json;

namespace Ferry.Interop.Tests.Kills;

/// <summary>The files that a tus server has taken, as they lie in its directory.</summary>
internal static class ReceivedFiles
{
    /// <summary>The finished files: our receiver gives them their names, in npm's FileStore they are as long as was announced.</summary>
    /// <param name="directory">The server's directory.</param>
    public static IReadOnlyList<FileVersion> Finished(string directory) =>
        [.. Directory.EnumerateFiles(directory).Where(IsFinished).Select(FileVersion.Of)];

    private static bool IsFinished(string path)
    {
        var description = path + ".json";
        return !path.EndsWith(".json", StringComparison.Ordinal)
            && (!File.Exists(description) || AnnouncedLength(description) == new FileInfo(path).Length);
    }

    private static long? AnnouncedLength(string description)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(description));
        return json.RootElement.TryGetProperty("size", out var size) ? size.GetInt64() : null;
    }
}
