using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using static Ferry.Engine.Tests.Transfers.MachineFixture;

namespace Ferry.Engine.Tests.Transfers;

public sealed class TransferMachineRetryTests
{
    [Fact]
    public void Broke_KeepsTheBytesAndGoesOnFromThere()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Identified();
        var facts = f.Broke(400, flushed: 300);
        facts[0].Should().Be(new Checkpointed(400, 300, Boot));
        facts[1].Should().BeOfType<RetryScheduled>().Which.Should().BeEquivalentTo(new { Retry = 1, WholeOrigin = false });
        f.State.Phase.Should().Be(TransferPhase.WaitingToRetry);
        var plan = f.Retry();
        plan.Should().BeEquivalentTo(new { Number = 2, From = 400L, Precondition = Precondition.IfRange });
    }

    [Fact]
    public void RetryDue_TooEarly_WaitsOn()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Broke(0, retryAfter: TimeSpan.FromSeconds(10));
        var at = f.State.NotBefore!.Value;
        f.Time.Advance(TimeSpan.FromSeconds(9));
        f.On(new RetryDue());
        f.Effects.Should().Equal(new WakeAt(at));
    }

    [Fact]
    public void Broke_WithoutProgress_FailsAfterMaxRetries()
    {
        var f = new MachineFixture(new RequestOptions { Retry = new RetryOptions { MaxRetries = 2 } });
        f.Begin().RetryLeft.Should().BeTrue();
        f.Broke(0);
        f.Retry().RetryLeft.Should().BeTrue();
        f.Broke(0);
        f.Retry().RetryLeft.Should().BeFalse();
        f.Broke(0);
        f.State.Outcome.Should().Be(new FailedOutcome(Reset));
        f.Effects.Should().Equal(new DiscardPart(), new Finish(new FailedOutcome(Reset)));
    }

    [Fact]
    public void Broke_WithProgress_CountsFromOneAgain()
    {
        var f = new MachineFixture(new RequestOptions { Retry = new RetryOptions { MaxRetries = 2 } });
        f.Begin();
        f.Identified();
        for (var written = 100; written < 900; written += 100)
        {
            f.Broke(written);
            f.State.RetriesSinceProgress.Should().Be(1);
            f.Retry();
        }
    }

    [Fact]
    public void Broke_NoValidator_ProgressDoesNotCount_AndRestartsFromZero()
    {
        var f = new MachineFixture(new RequestOptions { Retry = new RetryOptions { MaxRetries = 2 } });
        f.Begin();
        f.Identified(Weak);
        f.Broke(400);
        f.Time.Advance(TimeSpan.FromMinutes(1));
        f.On(new RetryDue()).Should().Equal(new Restarted(RestartReason.NoValidator));
        f.Plan().From.Should().Be(0);
        f.Identified(Weak);
        f.Broke(500);
        f.State.RetriesSinceProgress.Should().Be(2);
        f.Time.Advance(TimeSpan.FromMinutes(1));
        f.On(new RetryDue());
        f.Identified(Weak);
        f.Broke(600);
        f.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.BytesKept.Should().Be(0);
    }

    [Fact]
    public void Broke_RetryCannotHelp_FailsAtOnce()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Broke(0, NotFound);
        f.State.Outcome.Should().Be(new FailedOutcome(NotFound));
    }

    [Fact]
    public void Fail_AfterProgress_TellsTheBytesKeptAndKeepsThePartFile()
    {
        var f = new MachineFixture().Recover(new Identified(Strong), new Checkpointed(400, 400, Boot));
        f.Begin();
        f.Broke(400, NotFound);
        f.Effects.Should().Equal(new Finish(new FailedOutcome(NotFound with { BytesKept = 400 })));
    }

    [Fact]
    public void RetryAfter_IsHonouredForTheWholeOrigin_AndSurvivesARestart()
    {
        var f = new MachineFixture();
        f.Begin();
        var due = f.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        f.Broke(0, retryAfter: TimeSpan.FromMinutes(5)).Should().Equal(new RetryScheduled(1, due, Reset, WholeOrigin: true));

        var restarted = new MachineFixture(time: f.Time).Recover([.. f.Journal]);
        restarted.On(new Begin());
        restarted.Effects.Should().Equal(new WakeAt(due));
    }

    [Fact]
    public void RetryAfter_LongerThanAllowed_IsCut()
    {
        var f = new MachineFixture();
        f.Begin();
        f.Broke(0, retryAfter: TimeSpan.FromDays(30));
        f.State.NotBefore.Should().Be(f.Time.GetUtcNow() + TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData("GET", false, false)]
    [InlineData("POST", false, true)]
    [InlineData("PATCH", false, true)]
    public void Request_IsNotRepeatedUnlessAsked(string method, bool retried, bool asked)
    {
        var options = new RequestOptions { Method = method, Retry = asked ? new RetryOptions() : null };
        var f = new MachineFixture(options, new MemoryDestination());
        f.Begin().RetryLeft.Should().Be(retried);
        f.Broke(0);
        f.State.IsEnded.Should().Be(!retried);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("PUT", false)]
    [InlineData("POST", true)]
    [InlineData("PATCH", true)]
    public void Request_AskedFor_IsRepeated(string method, bool idempotent)
    {
        var options = new RequestOptions { Method = method, Retry = new RetryOptions(), Idempotent = idempotent };
        var f = new MachineFixture(options, new MemoryDestination());
        f.Begin();
        f.Broke(0);
        f.State.Phase.Should().Be(TransferPhase.WaitingToRetry);
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(2, 1000)]
    [InlineData(5, 8000)]
    [InlineData(30, 30000)]
    [InlineData(1000, 30000)]
    public void Delay_IsSpreadEvenlyBelowAGrowingBound(int retry, int bound)
    {
        var random = new Random(7);
        var waits = Enumerable.Range(0, 2000).Select(_ => RetryDelays.Delay(new RetryOptions(), retry, null, random).TotalMilliseconds).ToArray();
        waits.Should().OnlyContain(w => w >= 0 && w <= bound);
        waits.Average().Should().BeApproximately(bound / 2.0, bound * 0.05);
    }

    [Fact]
    public void Delay_RetryAfterShorterThanTheBackOff_DoesNotShortenIt()
    {
        var options = new RetryOptions();
        var waits = Enumerable.Range(0, 200).Select(i => RetryDelays.Delay(options, 9, TimeSpan.FromSeconds(1), new Random(i)));
        waits.Should().OnlyContain(w => w >= TimeSpan.FromSeconds(1)).And.Contain(w => w > TimeSpan.FromSeconds(10));
    }
}
