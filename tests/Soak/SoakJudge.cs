using System.Diagnostics;
using System.Globalization;
using Ferry.Testing.Processes;

namespace Ferry.Soak;

/// <summary>Counts kills and what they cost, and calls out what may not be.</summary>
/// <param name="what">What is killed, in the plural.</param>
/// <param name="wanted">How many kills were asked for.</param>
/// <param name="seed">The seed of the soak.</param>
/// <param name="output">Where it tells.</param>
internal sealed class SoakJudge(string what, int wanted, int seed, TextWriter output)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private SoakTally _tally = new(wanted, 0, 0, 0, 0);
    private long _again;
    private long _worst;

    /// <summary>The most bytes that one kill may cost.</summary>
    public required long MostLost { get; init; }

    /// <summary>How many kills are still to be made.</summary>
    public int KillsLeft => _tally.Wanted - _tally.Kills;

    /// <summary>Whether there is more to be done, and nothing wrong yet.</summary>
    public bool IsToGoOn => KillsLeft > 0 && _tally.Violations == 0;

    /// <summary>Tells what came of the soak.</summary>
    public SoakVerdict Conclude()
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_tally.Kills} kills, {_tally.Judged} {what} judged, {_again:#,0} bytes moved again in all, {_worst:#,0} at most, in {_watch.Elapsed.TotalSeconds:0} s, seed {seed}: {_tally.Text}"));
        return _tally.Verdict;
    }

    /// <summary>Judges a kill.</summary>
    /// <param name="kill">The kill.</param>
    public void Take(Kill kill)
    {
        _tally = _tally with { Kills = _tally.Kills + 1 };
        _again += kill.Lost;
        _worst = Math.Max(_worst, kill.Lost);
        output.WriteLine(kill);
        if (kill.Lost > MostLost)
            Violation(string.Create(CultureInfo.InvariantCulture, $"more than {MostLost:#,0} bytes were moved again"));
        if (kill.ResumedAt > kill.Written)
            Violation("the next run went on behind the end of what had arrived");
    }

    /// <summary>Takes a round that came to its end.</summary>
    /// <param name="problems">What is wrong with it.</param>
    public void Take(IEnumerable<string> problems)
    {
        _tally = _tally with { Judged = _tally.Judged + 1 };
        foreach (var problem in problems)
            Violation(problem);
    }

    /// <summary>Notes a round in which a file was to be changed.</summary>
    /// <param name="isMade">Whether it was.</param>
    public void Change(bool isMade) =>
        _tally = _tally with { ChangesPlanned = _tally.ChangesPlanned + 1, ChangesMade = _tally.ChangesMade + (isMade ? 1 : 0) };

    /// <summary>Calls out what may not be.</summary>
    /// <param name="problem">What.</param>
    public void Violation(string problem)
    {
        _tally = _tally with { Violations = _tally.Violations + 1 };
        output.WriteLine($"VIOLATION: {problem}");
    }

    /// <summary>Notes a round that took too long to be judged.</summary>
    /// <param name="reason">What took too long.</param>
    public void Undecided(string reason)
    {
        _tally = _tally with { Undecided = _tally.Undecided + 1 };
        output.WriteLine($"took too long, not judged: {reason}");
    }
}
