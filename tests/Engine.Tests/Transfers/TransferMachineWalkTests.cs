using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Transfers;

public sealed class TransferMachineWalkTests
{
    [Fact]
    public void RandomLives_EndOnce_ClaimNothingThatIsNotThere_AndReplayToTheSamePoint()
    {
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < 10_000; seed++)
        {
            var walk = new MachineWalk(seed);
            try
            {
                walk.Run(2000);
                walk.Finished.Should().BeTrue();
                var ended = walk.Journal.OfType<Ended>().Should().HaveCount(1 + walk.Journal.OfType<Reopened>().Count()).And.Subject.Last();
                var name = ended.Outcome.GetType().Name;
                outcomes[name] = outcomes.GetValueOrDefault(name) + 1;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {string.Join(" | ", walk.Journal)}", e);
            }
        }
        // The walk is worth something only if it comes to every end.
        outcomes.Should().HaveCount(3).And.OnlyContain(o => o.Value > 100);
    }
}
