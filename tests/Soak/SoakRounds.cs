namespace Ferry.Soak;

/// <summary>One round after the other, each with a transfer and a directory of its own, until there were kills enough, something is wrong or the time is over.</summary>
/// <param name="place">The directory.</param>
/// <param name="until">The end of the time.</param>
internal sealed class SoakRounds(string place, CancellationToken until)
{
    /// <summary>Runs the rounds.</summary>
    /// <param name="judge">Judges them.</param>
    /// <param name="killsOfOne">Kills of one round.</param>
    /// <param name="round">A round: its directory, and how many kills it is to make.</param>
    public async Task RunAsync(SoakJudge judge, int killsOfOne, Func<string, int, Task> round)
    {
        for (var number = 1; judge.IsToGoOn && !until.IsCancellationRequested; number++)
        {
            var own = Directory.CreateDirectory(Path.Combine(place, $"{number}")).FullName;
            try
            {
                await round(own, Math.Min(killsOfOne, judge.KillsLeft));
            }
            catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && until.IsCancellationRequested))
            {
                judge.Undecided(until.IsCancellationRequested ? "the time of the soak is over" : e.Message);
            }
            catch (Exception e)
            {
                judge.Violation(e.ToString());
            }
            finally
            {
                Directory.Delete(own, recursive: true);
            }
        }
    }
}
