using Ferry.JournalKills;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>A program that writes a journal, killed with SIGKILL. The soak program does the same a hundred times.</summary>
public sealed class JournalKillTests : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("ferry-journal-kills-");

    public void Dispose() => _place.Delete(recursive: true);

    [Fact]
    public async Task Journal_ItsProcessKilledAtRandomMoments_KeepsAllThatWasAcknowledged()
    {
        var kills = await new JournalKillLoop(_place.FullName, seed: 23).RunAsync(5);

        kills.SelectMany(kill => kill.Violations.Select(v => $"{kill.Number}: {v}")).Should().BeEmpty("seed 23");
        kills.Should().HaveCount(5);
        kills.Sum(kill => kill.Acknowledged).Should().BePositive();
    }
}

/// <summary>The judge of the kills sees what it is there to see.</summary>
public sealed class LedgerHistoryTests
{
    private readonly LedgerHistory _history = new();

    public LedgerHistoryTests()
    {
        foreach (var number in new[] { 1, 2, 3 })
            _history.Take(new Acknowledgement(Acknowledged.Entry, 0, number, number * 10)).Should().BeNull();
    }

    [Fact]
    public void AllAcknowledged_AndMoreThatWas_IsRight()
    {
        Judge(Events(1, 2, 3, 4, 5)).Should().BeEmpty();

        _history.Take(new Acknowledgement(Acknowledged.Entry, 0, 6, 60)).Should().BeNull("the recovered entries count as written");
    }

    [Fact]
    public void LostEntry_IsSeen() => Judge(Events(1, 2)).Should().Contain("the highest number is 2, but 3 was acknowledged");

    [Fact]
    public void Gap_IsSeen() => Judge(Events(1, 3)).Should().Contain("entry 3 came as number 3 where 2 was expected");

    [Fact]
    public void EntryTwice_IsSeen() => Judge(Recovery((1, new Entry(1, 1, 10)), (2, new Entry(2, 2, 20)), (3, new Entry(2, 2, 20))))
        .Should().Contain("entry 2 came as number 3 where 3 was expected").And.Contain("entry 3 is 20, but 30 was acknowledged");

    [Fact]
    public void LostEnd_IsSeen() => Judge(Events(1, 2) with { Highest = 3 }).Should().Contain("the events end at 2, but the highest number is 3");

    [Fact]
    public void HalfABatch_IsSeen() => Judge(Recovery((1, new Entry(1, 1, 10)), (2, new Entry(2, 2, 20)), (3, new Entry(3, 3, 30)), (4, new Entry(4, 5, 40))))
        .Should().Contain("entry 4 is there without those to 5 that belong to it");

    [Fact]
    public void DeletedEntryThatIsBack_IsSeen()
    {
        _history.Take(new Acknowledgement(Acknowledged.Deletion, 0, 2)).Should().BeNull();

        Judge(Events(1, 2, 3)).Should().Contain("entry 1 is there, but all up to 2 were deleted");
    }

    [Fact]
    public void DeletedEntries_NeedASnapshot()
    {
        _history.Take(new Acknowledgement(Acknowledged.Deletion, 0, 2)).Should().BeNull();
        var rest = Recovery((3, new Entry(3, 3, 30)));

        Judge(rest).Should().Contain("the events begin at 3, but the snapshot is at 0");
        Judge(rest with { SnapshotAt = 2, Snapshot = LedgerState.Empty.With(10).With(20) }, rest).Should().BeEmpty();
    }

    [Fact]
    public void LostSnapshot_IsSeen()
    {
        _history.Take(new Acknowledgement(Acknowledged.Snapshot, 0, 2)).Should().BeNull();

        Judge(Events(1, 2, 3)).Should().Contain("the snapshot is at 0, but one at 2 was acknowledged");
    }

    [Fact]
    public void WrongSnapshot_IsSeen() =>
        Judge(Recovery((3, new Entry(3, 3, 30))) with { SnapshotAt = 2, Snapshot = LedgerState.Empty.With(20).With(10) }, Events(1, 2, 3))
            .Should().ContainSingle(wrong => wrong.StartsWith("the snapshot at 2 is LedgerState"));

    [Fact]
    public void AcknowledgementOutOfOrder_IsSeen() =>
        _history.Take(new Acknowledgement(Acknowledged.Entry, 0, 5, 50)).Should().Be("entry 5 was acknowledged after 3");

    [Fact]
    public void Failure_IsSeen() => _history.Take(new Acknowledgement(Acknowledged.Failure, 0, 4)).Should().Be("Failure at 4");

    private static Recovered Events(params int[] numbers) => Recovery([.. numbers.Select(n => ((long)n, new Entry(n, n, n * 10)))]);

    private static Recovered Recovery(params (long, Entry)[] events) => new(0, null, events, events[^1].Item1);

    private IReadOnlyList<string> Judge(Recovered usual, Recovered? eventsOnly = null) => _history.Judge(usual, eventsOnly ?? usual);
}
