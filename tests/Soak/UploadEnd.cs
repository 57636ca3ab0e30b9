using System.Globalization;
using Ferry.Interop.Tests.Kills;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;

namespace Ferry.Soak;

/// <summary>How an upload ended, and what is wrong with that.</summary>
/// <param name="End">How its last run ended.</param>
/// <param name="Versions">The versions of the file, the last one the present one.</param>
/// <param name="Finished">The finished files that the server holds.</param>
/// <param name="Requests">The requests of this version's upload.</param>
/// <param name="Kills">The kills of its runs; null where it was the server that was killed.</param>
internal sealed record UploadEnd(
    FerryEnd End, IReadOnlyList<FileVersion> Versions, IReadOnlyList<FileVersion> Finished, IReadOnlyList<TusRequest> Requests, IReadOnlyList<Kill>? Kills)
{
    // What docs/decisions/0017 says of a file that changed since its upload began.
    private const int SourceChanged = 2300026;

    /// <summary>Whether the last run ended well.</summary>
    public bool IsComplete => End.ExitCode == 0;

    /// <summary>Whether the file changed.</summary>
    public bool HasChanged => Versions.Count > 1;

    private FileVersion Version => Versions[^1];

    private bool FailedAsDocumented => !IsComplete && End.Lines is [.., var last] && last.TryGetProperty("code", out var code) && code.GetInt32() == SourceChanged;

    /// <summary>What is wrong with an upload that must have come to its end.</summary>
    public IEnumerable<string> Problems() =>
        IsComplete ? [.. Mixed(), .. Taken(), .. Created(), .. Resumed(), .. MovedAgain()] : [$"the last run failed: {End}"];

    /// <summary>
    /// What is wrong with an upload whose file changed before its last run: that must fail as documented, or the server must have
    /// a version whole. A finished file made of parts of two must not be there in any case.
    /// </summary>
    public IEnumerable<string> ProblemsAfterChange()
    {
        if (IsComplete && !Versions.Any(Finished.Contains))
            yield return $"the run after the change ended well, but the server has no version whole: {End}";
        if (!IsComplete && !FailedAsDocumented)
            yield return $"the run after the change failed, but not with code {SourceChanged}: {End}";
        foreach (var problem in Mixed())
            yield return problem;
    }

    private IEnumerable<string> Mixed() => Finished.Where(f => !Versions.Contains(f)).Select(f => $"the server finished {f}, which is none of {string.Join(", ", Versions)}");

    private IEnumerable<string> Taken()
    {
        if (Finished.Count(f => f == Version) is not 1 and var count)
            yield return $"the server has {Version} {count} times";
        foreach (var earlier in Versions.Where(v => v != Version && Finished.Count(f => f == v) > 1))
            yield return $"the server has {earlier} more than once";
    }

    private IEnumerable<string> Created()
    {
        if (Requests.Count(r => r is { Method: "POST", Status: 201 }) is not 1 and var count)
            yield return $"the upload was created {count} times";
    }

    private IEnumerable<string> Resumed()
    {
        if (Kills is null)
            yield break;
        var had = Kills is [.., var last] ? last.Written : 0;
        var (from, sent) = (End.Last.GetProperty("resumedFrom").GetInt64(), End.Last.GetProperty("sent").GetInt64());
        if (from != had || sent != Version.Length - had)
            yield return Text($"the last run says that it went on at {from:#,0} and sent {sent:#,0}, but the server had {had:#,0} of {Version.Length:#,0}");
    }

    private IEnumerable<string> MovedAgain()
    {
        var again = Requests.Sum(r => r.Bytes ?? 0) - Version.Length;
        if (Kills is not null && again > Kills.Count * KilledUpload.Chunk)
            yield return Text($"the server received {again:#,0} bytes twice in {Kills.Count} kills");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
