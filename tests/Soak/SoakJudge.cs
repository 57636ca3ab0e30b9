using System.Globalization;
using System.Security.Cryptography;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Soak;

/// <summary>Counts kills and what they cost, and calls out what may not be.</summary>
/// <param name="size">The file's size in bytes.</param>
internal sealed class SoakJudge(long size)
{
    private readonly string _digest = Content.Sha256(1, size);
    private long _lost;
    private long _worst;

    public int Kills { get; private set; }

    public int Downloads { get; private set; }

    public int Violations { get; private set; }

    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kills} kills, {Downloads} downloads whole, {_lost:#,0} bytes fetched again in all, {_worst:#,0} at most, {Violations} violations");

    /// <summary>Judges a kill.</summary>
    public void Take(Kill kill)
    {
        Kills++;
        _lost += kill.Lost;
        _worst = Math.Max(_worst, kill.Lost);
        Console.WriteLine(kill);
        if (kill.Lost > KillLoop.MostLost)
            Violation($"more than {KillLoop.MostLost:#,0} bytes were fetched again");
        if (kill.ResumedAt > kill.Written)
            Violation("the next run went on behind the end of what was written");
    }

    /// <summary>Judges how the last run ended.</summary>
    public void Take(FerryEnd end, string target)
    {
        if (end.ExitCode != 0)
        {
            Violation($"the last run failed: {end}");
            return;
        }
        using var file = File.OpenRead(target);
        var digest = Convert.ToHexStringLower(SHA256.HashData(file));
        if (digest == _digest && end.Last.GetProperty("sha256").GetString() == _digest)
            Downloads++;
        else
            Violation($"the SHA-256 is {digest}, not {_digest}");
    }

    /// <summary>Calls out what may not be.</summary>
    public void Violation(string what)
    {
        Violations++;
        Console.WriteLine($"VIOLATION: {what}");
    }
}
