using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Transfers;

public sealed class UploadWalkTests
{
    [Fact]
    public void RandomLives_SendNothingTwiceThatMustNotBe_AndCallNothingDoneThatIsNot()
    {
        var outcomes = new Dictionary<(UploadKind, string), int>();
        for (var seed = 0; seed < 10_000; seed++)
        {
            var walk = new UploadWalk(seed);
            try
            {
                walk.Run(2000);
                walk.Finished.Should().BeTrue();
                var name = walk.Journal.OfType<Ended>().Should().HaveCount(1 + walk.Journal.OfType<Reopened>().Count()).And.Subject.Last().Outcome.GetType().Name;
                outcomes[(walk.Kind, name)] = outcomes.GetValueOrDefault((walk.Kind, name)) + 1;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}, {walk.Kind}: {string.Join(" | ", walk.Journal)}", e);
            }
        }
        // The walk is worth something only if it comes to every end of each kind.
        outcomes.Should().HaveCount(4 * 3).And.OnlyContain(o => o.Value > 50);
    }
}
