using Ferry.Actors.Transfers;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Transfers;

public sealed class IndexStateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly IndexState _state = new();

    [Fact]
    public void Rows_StandInTheOrderTheyWereAccepted()
    {
        Apply(Accepted("b"), Accepted("a"), Accepted("c"), new TransferWasRemoved(Id("a")));
        _state.Rows.Select(r => r.Id.Value).Should().Equal("b", "c");
    }

    [Fact]
    public void Settled_Again_ChangesNothing()
    {
        Apply(Accepted("a"), Settled("a"));
        var once = _state.Rows;
        Apply(Settled("a"));
        _state.Rows.Should().Equal(once);
    }

    [Fact]
    public void Resumed_TakesTheEndBack()
    {
        Apply(Accepted("a"), new TransferWasPaused(Id("a")), Settled("a"), new TransferWasResumed(Id("a"), Again: true));
        _state.Rows.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Paused = false, Reopens = 1, Outcome = (TransferOutcome?)null });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ResumedWith_ReplacesTheRequestAndNothingElse(bool ended)
    {
        Apply(Accepted("a"), new TransferPriorityWasChanged(Id("a"), 400), ended ? Settled("a") : new TransferWasPaused(Id("a")));
        var other = Request("a") with { Options = new RequestOptions { Headers = [new HeaderField("Authorization", "new")], Priority = 9 } };

        Apply(new TransferWasResumedWith(Id("a"), other, Again: ended));

        _state.Rows.Should().ContainSingle().Which.Should().Be(
            new IndexRow(Id("a"), other, Noon) { Priority = 400, Reopens = ended ? 1 : 0 });
        var restored = new IndexState();
        restored.Restore(new IndexSnapshot(_state.Rows));
        restored.Rows.Should().Equal(_state.Rows);
    }

    [Fact]
    public void ResumedWith_OfAnUnknownId_IsIgnored()
    {
        Apply(new TransferWasResumedWith(Id("x"), Request("x"), Again: true));
        _state.Count.Should().Be(0);
    }

    [Fact]
    public void PausedOrResumed_AfterTheEnd_ChangeNothing()
    {
        Apply(Accepted("a"), Settled("a"), new TransferWasPaused(Id("a")), new TransferWasResumed(Id("a"), Again: false));
        _state.Rows.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Paused = false, Reopens = 0, Outcome = new CompletedOutcome(1, null, null) });
    }

    [Fact]
    public void UnknownIds_AreIgnored()
    {
        Apply(new TransferWasPaused(Id("x")), new TransferWasRemoved(Id("x")), Settled("x"), new TransferPriorityWasChanged(Id("x"), 4));
        _state.Count.Should().Be(0);
    }

    [Fact]
    public void Snapshot_RestoresTheSame()
    {
        Apply(Accepted("a"), Accepted("b"), new TransferPriorityWasChanged(Id("a"), 400), new TransferWasPaused(Id("b")));
        var restored = new IndexState();
        restored.Restore(new IndexSnapshot(_state.Rows));
        restored.Rows.Should().Equal(_state.Rows);
        restored.Apply(Accepted("c"));
        restored.Rows.Select(r => r.Id.Value).Should().Equal("a", "b", "c");
    }

    private void Apply(params IndexEvent[] events)
    {
        foreach (var e in events)
            _state.Apply(e);
    }

    private static TransferWasAccepted Accepted(string id) => new(Id(id), Request(id), Noon);

    private static TransferRequest Request(string id) => new() { Id = id, Url = "http://x/", Destination = new FileDestination("/t/" + id) };

    private static TransferWasSettled Settled(string id) => new(Id(id), new CompletedOutcome(1, null, null), Noon);

    private static TransferId Id(string text) => TransferId.Parse(text);
}
