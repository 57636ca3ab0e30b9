using Ferry.Soak;
using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Kills;

/// <summary>What the soak makes of what it counted.</summary>
public sealed class SoakVerdictTests
{
    private readonly StringWriter _output = new();

    [Theory]
    [InlineData(10, 10, 2, 0, 0, SoakVerdict.Right)]
    [InlineData(10, 10, 1, 0, 1, SoakVerdict.Wrong)]
    [InlineData(10, 4, 1, 1, 1, SoakVerdict.Wrong)]
    [InlineData(10, 7, 1, 1, 0, SoakVerdict.Inconclusive)]
    [InlineData(10, 10, 2, 1, 0, SoakVerdict.Inconclusive)]
    [InlineData(10, 7, 2, 0, 0, SoakVerdict.Inconclusive)]
    [InlineData(10, 3, 0, 1, 0, SoakVerdict.Wrong)]
    [InlineData(10, 0, 0, 0, 0, SoakVerdict.Wrong)]
    [InlineData(10, 0, 3, 0, 0, SoakVerdict.Wrong)]
    internal void Tally_GivesItsVerdict(int wanted, int kills, int judged, int undecided, int violations, SoakVerdict verdict) =>
        new SoakTally(wanted, kills, judged, undecided, violations).Verdict.Should().Be(verdict);

    [Theory]
    [InlineData(0, 0, SoakVerdict.Right)]
    [InlineData(2, 1, SoakVerdict.Right)]
    [InlineData(2, 0, SoakVerdict.Inconclusive)]
    internal void Tally_OfChangesThatWereAllTooLate_IsNoProof(int planned, int made, SoakVerdict verdict) =>
        new SoakTally(10, 10, 2, 0, 0) { ChangesPlanned = planned, ChangesMade = made }.Verdict.Should().Be(verdict);

    [Fact]
    public void OfTwoSoaks_TheWorseCounts()
    {
        SoakTally.Worse(SoakVerdict.Right, SoakVerdict.Right).Should().Be(SoakVerdict.Right);
        SoakTally.Worse(SoakVerdict.Right, SoakVerdict.Inconclusive).Should().Be(SoakVerdict.Inconclusive);
        SoakTally.Worse(SoakVerdict.Inconclusive, SoakVerdict.Wrong).Should().Be(SoakVerdict.Wrong);
        SoakTally.Worse(SoakVerdict.Wrong, SoakVerdict.Inconclusive).Should().Be(SoakVerdict.Wrong);
    }

    [Fact]
    public async Task RoundThatTakesTooLong_IsNoViolation_AndTheNextIsRun()
    {
        var judge = Judge(wanted: 2);

        await RoundsAsync(judge, number => number == 1 ? throw new TimeoutException("no news for a minute") : Judged(judge));

        judge.Conclude().Should().Be(SoakVerdict.Inconclusive);
        _output.ToString().Should().Contain("took too long, not judged: no news for a minute").And.Contain("INCONCLUSIVE").And.NotContain("VIOLATION");
    }

    [Fact]
    public async Task EveryRoundTakesTooLong_Fails()
    {
        var judge = Judge(wanted: 1);
        using var until = new CancellationTokenSource();

        await RoundsAsync(judge, number => number == 3 ? throw Cancelled(until) : throw new TimeoutException("no news"), until);

        judge.Conclude().Should().Be(SoakVerdict.Wrong);
        _output.ToString().Should().Contain("the time of the soak is over").And.Contain("FAILED: nothing was judged");
    }

    [Fact]
    public async Task OtherFailure_IsAViolation_AndEndsTheSoak()
    {
        var judge = Judge(wanted: 2);

        await RoundsAsync(judge, number => number == 1 ? throw new InvalidOperationException("broken") : Judged(judge));

        judge.Conclude().Should().Be(SoakVerdict.Wrong);
        _output.ToString().Should().Contain("VIOLATION: System.InvalidOperationException: broken").And.Contain("0 kills");
    }

    [Theory]
    [InlineData(101, 0, false)]
    [InlineData(100, 0, true)]
    [InlineData(100, 101, false)]
    public void Kill_MayCostSoMuch_AndNeverGoesOnBehindWhatArrived(long written, long resumedAt, bool isRight)
    {
        var judge = Judge(wanted: 1);

        judge.Take(new Kill(1, 0, written, written, resumedAt));
        judge.Take([]);

        judge.Conclude().Should().Be(isRight ? SoakVerdict.Right : SoakVerdict.Wrong);
    }

    private SoakJudge Judge(int wanted) => new("transfers", wanted, seed: 1, _output) { MostLost = 100 };

    private static Task Judged(SoakJudge judge)
    {
        judge.Take(new Kill(1, 0, 10, 10, 10));
        judge.Take(new Kill(2, 10, 20, 20, 20));
        judge.Take([]);
        return Task.CompletedTask;
    }

    private static OperationCanceledException Cancelled(CancellationTokenSource until)
    {
        until.Cancel();
        return new OperationCanceledException(until.Token);
    }

    private static async Task RoundsAsync(SoakJudge judge, Func<int, Task> round, CancellationTokenSource? until = null)
    {
        var place = Directory.CreateTempSubdirectory("ferry-rounds-").FullName;
        var number = 0;
        await new SoakRounds(place, until?.Token ?? default).RunAsync(judge, 5, (_, _) => round(++number));
        Directory.Delete(place, recursive: true);
    }
}
