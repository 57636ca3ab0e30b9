using System.Diagnostics;
using System.Globalization;
using Ferry.JournalKills;

namespace Ferry.Soak;

/// <summary>Programs that write a journal and are killed.</summary>
internal static class JournalSoak
{
    /// <summary>Kills until there were kills enough.</summary>
    public static async Task<SoakVerdict> RunAsync(SoakOptions options, string place, CancellationToken until)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"soak: {options.JournalKills} kills of a journal's writer, seed {options.Seed}"));
        var watch = Stopwatch.StartNew();
        var (tally, acknowledged) = (new SoakTally(options.JournalKills, 0, 0, 0, 0), 0L);
        try
        {
            await new JournalKillLoop(place, options.Seed) { Told = Take }.RunAsync(options.JournalKills, until);
        }
        catch (Exception e)
        {
            tally = tally with { Violations = tally.Violations + 1 };
            Console.WriteLine($"VIOLATION: {e}");
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{tally.Kills} kills, {acknowledged:#,0} entries acknowledged, in {watch.Elapsed.TotalSeconds:0} s, seed {options.Seed}: {tally.Text}"));
        return tally.Verdict;

        void Take(JournalKill kill)
        {
            tally = tally.With(kill);
            acknowledged += kill.Acknowledged;
            Console.WriteLine(kill);
            foreach (var violation in kill.Violations)
                Console.WriteLine($"VIOLATION: {violation}");
        }
    }

    private static SoakTally With(this SoakTally tally, JournalKill kill) =>
        tally with { Kills = tally.Kills + 1, Judged = tally.Judged + 1, Violations = tally.Violations + kill.Violations.Count };
}
