using System.Diagnostics;
using System.Globalization;
using Ferry.JournalKills;

namespace Ferry.Soak;

/// <summary>Programs that write a journal and are killed.</summary>
internal static class JournalSoak
{
    /// <summary>Kills until there were kills enough; the time being over before that counts as wrong.</summary>
    /// <returns>Whether all was right.</returns>
    public static async Task<bool> RunAsync(SoakOptions options, string place, CancellationToken until)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"soak: {options.JournalKills} kills of a journal's writer, seed {options.Seed}"));
        var watch = Stopwatch.StartNew();
        var (kills, acknowledged, violations) = (0, 0L, 0);
        try
        {
            await new JournalKillLoop(place, options.Seed) { Told = Take }.RunAsync(options.JournalKills, until);
            if (kills < options.JournalKills)
                Console.WriteLine($"The time of {options.Time.TotalSeconds:0} s was over after {kills} kills.");
        }
        catch (Exception e)
        {
            violations++;
            Console.WriteLine($"VIOLATION: {e}");
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills, {acknowledged:#,0} entries acknowledged, {violations} violations in {watch.Elapsed.TotalSeconds:0} s, seed {options.Seed}"));
        return violations == 0 && kills == options.JournalKills;

        void Take(JournalKill kill)
        {
            kills++;
            acknowledged += kill.Acknowledged;
            violations += kill.Violations.Count;
            Console.WriteLine(kill);
            foreach (var violation in kill.Violations)
                Console.WriteLine($"VIOLATION: {violation}");
        }
    }
}
