using Ferry.Soak;

namespace Ferry.Host.Tests.Kills;

/// <summary>What the soak does to its uploads, from a seed.</summary>
public sealed class UploadPlanTests
{
    private const long Size = 64 * 1024 * 1024;
    private const int Kills = 5;

    [Fact]
    public void SameSeed_SamePlans() => Plans(7, 20).Should().BeEquivalentTo(Plans(7, 20), o => o.WithStrictOrdering());

    [Fact]
    public void OtherSeed_OtherPlans() => Plans(7, 4).Should().NotBeEquivalentTo(Plans(8, 4));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OfEveryTwo_OneChanges_AndInTenChangesEachIsThereTwice(int seed)
    {
        var plans = Plans(seed, 20);

        plans.Chunk(2).Should().OnlyContain(two => two.Count(p => p.Change != null) == 1);
        var changes = plans.Select(p => p.Change).OfType<SourceChange>().ToList();
        changes.Should().OnlyHaveUniqueItems().And.HaveCount(10);
        changes.Take(5).Select(c => c.Edit).Should().BeEquivalentTo(Enum.GetValues<SourceEdit>());
    }

    [Fact]
    public void WhichOfTwoChanges_IsAMatterOfTheSeed() =>
        Enumerable.Range(1, 20).Select(seed => Plans(seed, 1).Single().Change is null).Distinct().Should().HaveCount(2);

    [Fact]
    public void ChangeThatIsNotSeenHere_IsNotPlanned()
    {
        var plans = new UploadPlans(new Random(1), Size, change => change is not { Edit: SourceEdit.Edited, KeepsTime: true });

        var changes = Enumerable.Range(0, 40).Select(_ => plans.Next(Kills).Change).ToList();

        changes.Should().NotContain(new SourceChange(SourceEdit.Edited, true)).And.Contain(new SourceChange(SourceEdit.Edited, false));
    }

    [Fact]
    public void KillsAreAsMany_InOrder_WithinTheFile_AndOneAtLeastComesBeforeTheChange()
    {
        foreach (var (points, change, after) in Plans(5, 40))
        {
            (points.Count + after.Count).Should().Be(Kills);
            points.Should().NotBeEmpty().And.BeInAscendingOrder().And.OnlyContain(p => p > 0 && p < Size);
            after.Should().BeInAscendingOrder();
            after.Where(p => p <= 0 || p >= change!.LengthOf(Size)).Should().BeEmpty();
        }
    }

    private static List<UploadPlan> Plans(int seed, int count)
    {
        var plans = new UploadPlans(new Random(seed), Size, _ => true);
        return [.. Enumerable.Range(0, count).Select(_ => plans.Next(Kills))];
    }
}
