using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Time;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Advance_MovesClockAndTimestampTogether()
    {
        var start = _time.GetUtcNow();
        var stamp = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(90));
        _time.GetUtcNow().Should().Be(start + TimeSpan.FromSeconds(90));
        _time.GetElapsedTime(stamp).Should().Be(TimeSpan.FromSeconds(90));
    }

    [Fact]
    public void Advance_FiresInTheOrderTheyAreDue_EachAtItsTime()
    {
        var fired = new List<(string, TimeSpan)>();
        var start = _time.GetUtcNow();
        using var late = _time.CreateTimer(_ => fired.Add(("late", _time.GetUtcNow() - start)), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        using var early = _time.CreateTimer(_ => fired.Add(("early", _time.GetUtcNow() - start)), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(5));
        fired.Should().Equal(("early", TimeSpan.FromSeconds(1)), ("late", TimeSpan.FromSeconds(2)));
        _time.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public void PeriodicTimer_FiresOncePerPeriod_UntilDisposed()
    {
        var count = 0;
        var timer = _time.CreateTimer(_ => count++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(3.5));
        timer.Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
        count.Should().Be(3);
    }

    [Fact]
    public async Task TaskDelay_EndsWhenTimeIsMoved()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _time);
        _time.Advance(TimeSpan.FromSeconds(59));
        delay.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void SetUtcNow_MovesTheClockAlone()
    {
        var stamp = _time.GetTimestamp();
        _time.SetUtcNow(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _time.GetUtcNow().Year.Should().Be(2020);
        _time.GetTimestamp().Should().Be(stamp);
    }
}
