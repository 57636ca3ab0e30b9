using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Transfers;

public sealed class RateLimiterTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Wait_PacesToTheRate()
    {
        var limiter = new RateLimiter(1000, _time);
        var waited = TimeSpan.Zero;
        for (var i = 0; i < 50; i++)
            waited += await PassAsync(limiter, 100);
        waited.Should().BeCloseTo(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task Wait_AfterAnIdleTime_BurstsAtMostATenthOfASecond()
    {
        var limiter = new RateLimiter(1000, _time);
        _time.Advance(TimeSpan.FromHours(1));
        (await PassAsync(limiter, 100)).Should().Be(TimeSpan.Zero);
        (await PassAsync(limiter, 100)).Should().Be(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Wait_Cancelled_Ends()
    {
        using var cancel = new CancellationTokenSource();
        var wait = new RateLimiter(1, _time).WaitAsync(1000, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Theory]
    [InlineData(1, 1024)]
    [InlineData(100_000, 10_000)]
    [InlineData(1_000_000_000, 262_144)]
    public void Grain_IsATenthOfASecond_WithinBounds(long rate, int grain) => new RateLimiter(rate, _time).Grain.Should().Be(grain);

    [Fact]
    public void Gates_BothHold()
    {
        var shared = new RateLimiter(50_000, _time);
        BothGates.For(0, shared, _time).Should().BeSameAs(shared);
        BothGates.For(1000, OpenGate.Instance, _time).Should().BeOfType<RateLimiter>();
        BothGates.For(100_000, shared, _time).Grain.Should().Be(5000);
    }

    [Fact]
    public async Task BothGates_TheSlowerOneCounts()
    {
        var gate = new BothGates(new RateLimiter(1000, _time), new RateLimiter(500, _time));
        (await PassAsync(gate, 500)).Should().Be(TimeSpan.FromSeconds(1));
    }

    // Moves the clock as far as the gate asks for and tells how far that was.
    private async Task<TimeSpan> PassAsync(IByteGate gate, int bytes)
    {
        var before = _time.GetTimestamp();
        var wait = gate.WaitAsync(bytes, CancellationToken.None).AsTask();
        while (_time.UntilNextTimer is { } next)
            _time.Advance(next);
        await wait.WaitAsync(TimeSpan.FromSeconds(30));
        return _time.GetElapsedTime(before);
    }
}
