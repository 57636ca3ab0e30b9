using System.Security.Cryptography;
using System.Text.Json;

namespace Ferry.Host.Demo;

/// <summary>What became of one file of the demo.</summary>
/// <param name="File">The file.</param>
/// <param name="Kept">Bytes that were not asked for again after the kill.</param>
/// <param name="SentAgain">Bytes the origin sent beyond the file's length: what the kill cost.</param>
/// <param name="Sha256">The digest of the file on disk, computed here; null where there is none.</param>
/// <param name="Claimed">The digest the download reported.</param>
internal sealed record DemoResult(DemoFile File, long Kept, long SentAgain, string? Sha256, string? Claimed)
{
    // One checkpoint interval, and what the sockets of one connection can hold.
    private const long MostSentAgain = (8 + 8) * 1024 * 1024;

    /// <summary>Whether the file is right and the kill cost no more than promised.</summary>
    public bool IsGood => Sha256 == File.Sha256 && Claimed == File.Sha256 && SentAgain <= MostSentAgain;

    /// <summary>Puts together what the origin saw, what the program said and what lies on the disk.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">The directory it was saved in.</param>
    /// <param name="answers">What the origin answered.</param>
    /// <param name="ended">The last lines of the second run, by name.</param>
    public static DemoResult Of(
        DemoFile file, string place, IReadOnlyCollection<DemoAnswer> answers, IReadOnlyDictionary<string, JsonElement> ended)
    {
        var own = answers.Where(a => a.Name == file.Name).ToArray();
        var path = Path.Combine(place, file.Name);
        string? digest = null;
        if (System.IO.File.Exists(path))
        {
            using var stream = System.IO.File.OpenRead(path);
            digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        var claimed = ended.TryGetValue(file.Name, out var line) && line.TryGetProperty("sha256", out var said) ? said.GetString() : null;
        return new DemoResult(file, own.Length > 1 ? own[^1].From : 0, own.Sum(a => a.Sent) - file.Content.Length, digest, claimed);
    }
}
