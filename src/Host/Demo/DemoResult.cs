using System.Security.Cryptography;
using System.Text.Json;

namespace Ferry.Host.Demo;

/// <summary>What became of one file of the demo.</summary>
/// <param name="File">The file.</param>
/// <param name="Way">How it was moved, in a word or two.</param>
/// <param name="Kept">Bytes that were not moved again after the kill.</param>
/// <param name="MovedAgain">Bytes the origin sent or received beyond the file's length: what the kill cost.</param>
/// <param name="MostMovedAgain">The most that may be.</param>
/// <param name="Sha256">The digest of the file on disk, computed here; null where there is none.</param>
internal sealed record DemoResult(DemoFile File, string Way, long Kept, long MovedAgain, long MostMovedAgain, string? Sha256)
{
    // One checkpoint interval, and what the sockets of one connection can hold.
    private const long MostFetchedAgain = (8 + 8) * 1024 * 1024;

    /// <summary>Whether the program told another digest than the file has.</summary>
    public bool IsToldWrong { get; private init; }

    /// <summary>Whether the file is right and the kill cost no more than promised.</summary>
    public bool IsGood => Sha256 == File.Sha256 && !IsToldWrong && MovedAgain <= MostMovedAgain;

    /// <summary>Puts together what the origin saw, what the program said and what lies on the disk.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">The directory it was saved in.</param>
    /// <param name="answers">What the origin answered.</param>
    /// <param name="ended">The last line of the second run about it, or null.</param>
    public static DemoResult OfDownload(DemoFile file, string place, IReadOnlyCollection<DemoAnswer> answers, JsonElement? ended)
    {
        var own = answers.Where(a => a.Name == file.Name).ToArray();
        var digest = Digest(Path.Combine(place, file.Name));
        var told = ended is { } line && line.TryGetProperty("sha256", out var said) ? said.GetString() : null;
        return new DemoResult(
            file, $"get, priority {file.Priority}", own.Length > 1 ? own[^1].From : 0, own.Sum(a => a.Sent) - file.Content.Length, MostFetchedAgain, digest)
        {
            IsToldWrong = told != digest,
        };
    }

    /// <summary>The same of an upload.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">The directory it was received in.</param>
    /// <param name="received">The bytes the origin received.</param>
    /// <param name="chunk">The bytes of one request.</param>
    /// <param name="ended">The last line of the second run about it, or null.</param>
    public static DemoResult OfUpload(DemoFile file, string place, long received, long chunk, JsonElement? ended) => new(
        file, "put, by tus", ended?.GetProperty("resumedFrom").GetInt64() ?? 0, received - file.Content.Length, chunk, Digest(Path.Combine(place, file.Name)));

    private static string? Digest(string path)
    {
        if (!System.IO.File.Exists(path))
            return null;
        using var stream = System.IO.File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
