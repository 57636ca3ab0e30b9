using Ferry.Actors.Scheduling;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Actors.Tests.Scheduling;

public sealed class BandwidthGovernorTests : IDisposable
{
    private const int Rate = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _time = new();
    private readonly BandwidthGovernor _governor;

    public BandwidthGovernorTests() => _governor = new BandwidthGovernor(Rate, _time);

    public void Dispose() => _governor.Dispose();

    [Fact]
    public async Task OneTransfer_GetsTheWholeRate()
    {
        var gate = _governor.GateFor(1);
        var start = _time.GetUtcNow();
        for (var i = 0; i < 10; i++)
            await Pass(gate.WaitAsync(Rate / 10, default).AsTask());
        (_time.GetUtcNow() - start).Should().BeCloseTo(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public void TwoTransfers_ShareByWeight()
    {
        var light = new Stream(_governor.GateFor(1));
        var heavy = new Stream(_governor.GateFor(3));
        light.Ask();
        heavy.Ask();
        for (var i = 0; i < 400; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            light.TakeIfServed();
            heavy.TakeIfServed();
        }
        var total = light.Taken + heavy.Taken;
        total.Should().BeCloseTo(4 * Rate, (uint)(Rate / 2));
        ((double)heavy.Taken / light.Taken).Should().BeApproximately(3, 0.3);
    }

    [Fact]
    public void OneIsIdle_TheOtherHasItAll_AndNobodySavesUp()
    {
        var busy = new Stream(_governor.GateFor(1));
        var late = new Stream(_governor.GateFor(1));
        busy.Ask();
        for (var i = 0; i < 200; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            busy.TakeIfServed();
        }
        busy.Taken.Should().BeCloseTo(2 * Rate, (uint)(Rate / 4));
        var before = busy.Taken;
        late.Ask();
        for (var i = 0; i < 200; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            busy.TakeIfServed();
            late.TakeIfServed();
        }
        ((double)late.Taken / (busy.Taken - before)).Should().BeApproximately(1, 0.15);
    }

    [Fact]
    public async Task Wait_Cancelled_EndsAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        var gate = _governor.GateFor(1);
        var waiting = gate.WaitAsync(10 * Rate, cancel.Token).AsTask();
        waiting.IsCompleted.Should().BeFalse();
        await cancel.CancelAsync();
        await waiting.Invoking(w => w.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public void WeightOf_GrowsWithThePriority()
    {
        BandwidthGovernor.WeightOf(new Priority(1)).Should().BeLessThan(BandwidthGovernor.WeightOf(new Priority(500)));
        BandwidthGovernor.WeightOf(new Priority(1000)).Should().Be(11);
    }

    private async Task Pass(Task wait)
    {
        while (!wait.IsCompleted)
            _time.Advance(TimeSpan.FromMilliseconds(1));
        await wait.WaitAsync(Patience);
    }

    /// <summary>Someone who always wants the next thousand bytes.</summary>
    private sealed class Stream(IByteGate gate)
    {
        private const int Step = 1000;
        private Task _served = Task.CompletedTask;

        public long Taken { get; private set; }

        public void Ask() => _served = gate.WaitAsync(Step, default).AsTask();

        // Each service is taken and the next one asked for at once, as a transfer does.
        public void TakeIfServed()
        {
            while (_served.IsCompletedSuccessfully)
            {
                Taken += Step;
                Ask();
            }
        }
    }
}
