using System.Globalization;
using System.Security.Cryptography;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Soak;

/// <summary>Counts kills and what they cost, and calls out what may not be.</summary>
/// <param name="what">What is killed, in the plural.</param>
/// <param name="size">The file's size in bytes.</param>
/// <param name="mostLost">The most bytes that one kill may cost.</param>
internal sealed class SoakJudge(string what, long size, long mostLost)
{
    private readonly string _digest = Content.Sha256(1, size);
    private long _lost;
    private long _worst;
    private int _whole;

    public int Kills { get; private set; }

    public int Violations { get; private set; }

    /// <summary>Judges a whole soak: tells what came of it, and whether all was right.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="kills">How many kills were asked for.</param>
    /// <param name="elapsed">How long it took.</param>
    public bool Conclude(SoakOptions options, int kills, TimeSpan elapsed)
    {
        if (Kills < kills && Violations == 0)
            Console.WriteLine($"The time of {options.Time.TotalSeconds:0} s was over after {Kills} kills.");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Kills} kills, {_whole} {what} whole, {_lost:#,0} bytes moved again in all, {_worst:#,0} at most, ")
            + string.Create(CultureInfo.InvariantCulture, $"{Violations} violations in {elapsed.TotalSeconds:0} s, seed {options.Seed}"));
        return Violations == 0 && Kills > 0;
    }

    /// <summary>Judges a kill.</summary>
    public void Take(Kill kill)
    {
        Kills++;
        _lost += kill.Lost;
        _worst = Math.Max(_worst, kill.Lost);
        Console.WriteLine(kill);
        if (kill.Lost > mostLost)
            Violation($"more than {mostLost:#,0} bytes were moved again");
        if (kill.ResumedAt > kill.Written)
            Violation("the next run went on behind the end of what had arrived");
    }

    /// <summary>Judges how the last run ended.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="file">Where the file came to lie; asked for only where the run ended well.</param>
    public void Take(FerryEnd end, Func<string> file)
    {
        if (end.ExitCode != 0)
        {
            Violation($"the last run failed: {end}");
            return;
        }
        using var content = File.OpenRead(file());
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        // Of a download the program tells the digest itself.
        var told = end.Last.TryGetProperty("sha256", out var said) ? said.GetString() : digest;
        if (digest == _digest && told == _digest)
            _whole++;
        else
            Violation($"the SHA-256 is {digest}, told as {told}, not {_digest}");
    }

    /// <summary>Calls out what may not be.</summary>
    public void Violation(string problem)
    {
        Violations++;
        Console.WriteLine($"VIOLATION: {problem}");
    }
}
