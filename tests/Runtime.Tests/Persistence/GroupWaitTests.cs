using Akka.Persistence.Sqlite.Db;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>How long a transaction stays open for writes on their way.</summary>
public sealed class GroupWaitTests
{
    private static readonly TimeSpan Commit = TimeSpan.FromMicroseconds(500);

    [Fact]
    public void LoneWriter_NeverWaits()
    {
        var wait = After(answered: 1, waiting: 0);

        wait.IsWorthIt(1, TimeSpan.Zero).Should().BeFalse();
    }

    [Fact]
    public void BeforeAnyCommit_NobodyWaits() => new GroupWait().IsWorthIt(1, TimeSpan.Zero).Should().BeFalse();

    [Fact]
    public void ThoseAnswered_AndThoseWaiting_AreExpected()
    {
        var wait = After(answered: 32, waiting: 32);

        wait.IsWorthIt(63, TimeSpan.Zero).Should().BeTrue();
        wait.IsWorthIt(64, TimeSpan.Zero).Should().BeFalse();
    }

    [Fact]
    public void EachThatComes_IsWorthWaitingForTheNext_ForAFifthOfACommit()
    {
        var wait = After(answered: 64, waiting: 0);

        wait.IsWorthIt(1, Commit / 5).Should().BeFalse();
        wait.Came(Commit / 6);
        wait.IsWorthIt(2, Commit / 5).Should().BeTrue();
        wait.IsWorthIt(2, (Commit / 6) + (Commit / 5)).Should().BeFalse();
    }

    [Fact]
    public void ItIsOpen_AsLongAsACommitTook()
    {
        var wait = After(answered: 64, waiting: 0);

        wait.IsOpen(Commit).Should().BeTrue();
        wait.IsOpen(Commit + TimeSpan.FromTicks(1)).Should().BeFalse();
    }

    [Fact]
    public void AfterALongCommit_ItIsOpenForTwoMilliseconds()
    {
        var wait = new GroupWait();
        wait.Committed(64, 0, TimeSpan.FromSeconds(5));
        wait.Begin();

        wait.IsOpen(TimeSpan.FromMilliseconds(2)).Should().BeTrue();
        wait.IsOpen(TimeSpan.FromMilliseconds(2.1)).Should().BeFalse();
    }

    private static GroupWait After(int answered, int waiting)
    {
        var wait = new GroupWait();
        wait.Committed(answered, waiting, Commit);
        wait.Begin();
        return wait;
    }
}
